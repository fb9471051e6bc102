// A server with keys: a browser sends one as a password.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertLooks, assertValid } from "./rules.mjs";
import { folder, makeKey, serve } from "./server.mjs";
import { SHAPES, pageTest } from "./site.mjs";

const manual = (vendor) => `# Guide of ${vendor}\n\n## Ports\n\nA port of ${vendor} passes frames.\n`;
const home = folder("keys", {
  "docs/mcdewey.toml": 'levels = ["vendor", "product", "version"]\n',
  "docs/acme/router/1/guide.md": manual("acme"),
  "docs/bolt/switch/7/guide.md": manual("bolt"),
  "docs/bolt/switch/7/empty.md": "",
  "docs/bolt/switch/7/broken.pdf": "%PDF-1.7 and no more\n",
});
const acme = makeKey("acme", "--vendor", "acme");
const admin = makeKey("admin", "--admin");
writeFileSync(join(home, "serve.toml"), `embedder = "hashed"\n\n${acme.table}\n${admin.table}`);

const index = join(home, "index");
const config = join(home, "serve.toml");
const server = await serve("keys", join(home, "docs"), "--index", index, "--config", config);
after(() => server.stop());

const unknown = { baseURL: server.url };
const as = ({ key }) => ({ ...unknown, httpCredentials: { username: "anyone", password: key } });
const bearer = { headers: { authorization: `Bearer ${admin.key}` } };

// Once the first update has ended.
before(async () => {
  const isDone = async () => {
    const answer = await fetch(`${server.url}/status`, bearer);
    return (await answer.text()).includes("The last update");
  };
  while (!(await isDone())) await new Promise((resolve) => setTimeout(resolve, 50));
});

const ADDRESSES = ["/", "/search?q=port", "/docs", "/status", "/opensearch.xml"];

pageTest("a browser asks for a password", unknown, async (page) => {
  for (const address of ADDRESSES) {
    // Nobody answers the question here. What the browser shows instead comes late, so it has a page
    // of its own.
    const other = await page.context().newPage();
    await assert.rejects(other.goto(address), /ERR_INVALID_AUTH_CREDENTIALS/, address);
    await other.close();
    const answer = await fetch(server.url + address);
    assert.equal(answer.status, 401, address);
    assert.match(answer.headers.get("www-authenticate"), /^Basic realm="[^"]*password[^"]*"/);
    assert.doesNotMatch(await answer.text(), /acme|bolt/);
  }
});

pageTest("a wrong password opens nothing", as({ key: "mcdewey_wrong" }), async (page) => {
  for (const address of ADDRESSES) {
    assert.equal((await page.goto(address)).status(), 401, address);
    await page.getByRole("heading", { name: "A key is needed" }).waitFor();
    assert.doesNotMatch(await page.locator("body").innerText(), /acme|bolt/);
  }
});

pageTest("with a key a browser sees the shelves of its vendor alone", as(acme), async (page) => {
  await page.goto("/");
  assert.deepEqual(await page.locator(".card h2").allInnerTexts(), ["acme"]);
  await page.getByRole("searchbox").fill("port frames");
  await page.getByRole("button", { name: "Search" }).click();
  await page.waitForURL("**/search?**");
  assert.deepEqual(await page.locator(".hit .place span:first-child").allInnerTexts(), ["acme"]);
  // What is typed is asked for with the key too.
  await page.getByRole("searchbox").fill("guide");
  await page.waitForURL("**q=guide**");
  assert.doesNotMatch(await page.locator("main").innerText(), /bolt/);
  for (const address of ["/chunk/bolt::switch::7::guide::0", "/doc/bolt::switch::7::guide", "/browse?vendor=bolt"]) {
    assert.equal((await page.goto(address)).status(), 404, address);
  }
});

pageTest("whoever reads a part is told nothing of updates", as(acme), async (page) => {
  await page.goto("/status");
  await page.getByText("is told to those who may read everything").waitFor();
  assert.doesNotMatch(await page.locator("body").innerText(), /bolt|reindex/);
});

pageTest("examples send a key where one is asked for", as(admin), async (page) => {
  await page.goto("/docs");
  const commands = await page.locator(".operation pre").allInnerTexts();
  assert.equal(commands.length, 11);
  for (const command of commands) assert.match(command, /-H 'Authorization: Bearer KEY'/);
});

for (const [shape, options] of Object.entries(SHAPES)) {
  const seen = `problems of the last update are shown to an administrator, ${shape}`;
  pageTest(seen, { ...options, ...as(admin) }, async (page) => {
    await page.goto("/status");
    const problems = page.locator("table", { hasText: "2 problems" });
    assert.match(await problems.innerText(), /bolt\/switch\/7\/broken\.pdf/);
    await page.getByText(`curl -X POST '${server.url}/api/v1/reindex'`).waitFor();
    assert.equal(await page.locator("main form, main button").count(), 0);
    await assertLooks(page, "status-problems", shape);
  });
}

test("the status of an administrator is valid HTML", async () => {
  for (const address of ["/status", "/docs"]) {
    const answer = await fetch(server.url + address, bearer);
    await assertValid(await answer.text(), address);
  }
  await assertValid(await (await fetch(server.url)).text(), "no-key");
});
