// What programs and browsers are told of the server.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { SITE, pageTest } from "./site.mjs";

pageTest("every page leads to the API and the status", {}, async (page) => {
  await page.goto("/search?q=trunk");
  const foot = page.getByRole("navigation", { name: "About this server" });
  await foot.getByRole("link", { name: "API" }).click();
  await page.getByRole("heading", { level: 1, name: "API" }).waitFor();
  await foot.getByRole("link", { name: "Status" }).click();
  await page.getByRole("heading", { level: 1, name: "Status" }).waitFor();
  await page.getByText("The library can be searched.").waitFor();
});

pageTest("the contents of the API lead to operations and problems", {}, async (page) => {
  await page.goto("/docs");
  await page.locator(".contents").getByRole("link", { name: "GET chunks/{id}", exact: true }).click();
  await page.waitForURL("**#chunk");
  assert.equal(await page.locator(".contents [aria-current]").innerText(), "GET chunks/{id}");
  const answer = await (await fetch(`${SITE}/api/v1/chunks/none::0`)).json();
  await page.goto(answer.type);
  const row = page.locator("tr:target");
  assert.match(await row.innerText(), /not-found[\s\S]*404/);
  assert(await row.evaluate((it) => {
    const { top, bottom } = it.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  }));
});

pageTest("the fields of an answer unfold", {}, async (page) => {
  await page.goto("/docs");
  const operation = page.locator("section#search");
  const field = operation.getByText("hits[].page.first", { exact: true });
  assert(!(await field.isVisible()));
  await operation.getByText("Answer 200").click();
  await field.waitFor();
});

pageTest("what is shown of curl works when it is pasted", {}, async (page) => {
  await page.goto("/docs");
  const commands = await page.locator(".operation pre").allInnerTexts();
  assert.equal(commands.length, 11);
  for (const command of commands) {
    const [status, body] = run(command);
    // It takes an administrator's key, which this server does not know.
    if (command.includes("/reindex")) assert.equal(status, "401", command);
    else {
      assert.equal(status, "200", `${command}: ${body}`);
      // The report is of an update, everything else of a generation.
      const field = command.includes("/status/documents") ? "total" : "generation";
      assert.notEqual(JSON.parse(body)[field], undefined, command);
    }
  }
  const found = JSON.parse(run(commands.find((command) => command.includes("-G")))[1]);
  assert.equal(found.query, "how are TLS client certificates checked?");
});

// The status and the body of the answer to a command of a page.
function run(command) {
  const script = `${command} -s -w '\\n%{http_code}'`;
  const printed = execFileSync("sh", ["-c", script], { encoding: "utf8" });
  const end = printed.lastIndexOf("\n");
  return [printed.slice(end + 1), printed.slice(0, end)];
}

pageTest("a browser can make it a search engine", {}, async (page) => {
  await page.goto("/");
  const href = await page.locator("link[rel=search]").getAttribute("href");
  const template = await page.evaluate(async (href) => {
    const xml = await (await fetch(href)).text();
    const description = new DOMParser().parseFromString(xml, "text/xml");
    if (description.querySelector("parsererror")) throw new Error(xml);
    const own = description.querySelector("Url[rel=self]").getAttribute("template");
    if (own !== new URL(href, location).href) throw new Error(own);
    return description.querySelector('Url[type="text/html"]').getAttribute("template");
  }, href);
  await page.goto(template.replace("{searchTerms}", encodeURIComponent("trunk & carrier")));
  assert.equal(await page.getByRole("searchbox").inputValue(), "trunk & carrier");
  assert((await page.locator(".hit").count()) > 0);
});
