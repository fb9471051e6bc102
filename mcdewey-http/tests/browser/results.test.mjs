// What a search shows beside its hits.

import assert from "node:assert/strict";
import { pageTest } from "./site.mjs";

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : ", without scripts";

  pageTest(`a mode is chosen by a link, and kept by the box${how}`, { javaScriptEnabled }, async (page) => {
    await page.goto("/search?q=trunk&vendor=acme");
    const modes = page.getByRole("navigation", { name: "Search by" });
    assert.equal(await modes.locator("[aria-current]").innerText(), "words and meaning");
    await modes.getByRole("link", { name: "words", exact: true }).click();
    await page.waitForURL("**mode=lexical**");
    assert.equal(await modes.locator("[aria-current]").innerText(), "words");
    await page.getByRole("searchbox").fill("certificate");
    await page.getByRole("button", { name: "Search" }).click();
    await page.waitForURL("**q=certificate**");
    const asked = new URL(page.url()).searchParams;
    assert.equal(asked.get("mode"), "lexical");
    assert.equal(asked.get("vendor"), "acme");
    await modes.getByRole("link", { name: "words and meaning" }).click();
    await page.waitForURL((url) => !url.searchParams.has("mode"));
    assert.equal(await page.getByRole("searchbox").inputValue(), "certificate");
  });

  pageTest(`a hit says why it is there${how}`, { javaScriptEnabled }, async (page) => {
    await page.goto("/search?q=trunk");
    const hit = page.locator(".hit").first();
    const why = hit.getByText(/^It is number \d+ by its words and number \d+ by its meaning\.$/);
    assert(!(await why.isVisible()));
    await hit.getByText("Why this passage").click();
    await why.waitFor();
  });
}

pageTest("the mode is kept while words are typed", {}, async (page) => {
  await page.goto("/search?q=trunk&mode=lexical");
  await page.getByRole("searchbox").fill("certificate");
  await page.waitForURL("**q=certificate**");
  assert.equal(new URL(page.url()).searchParams.get("mode"), "lexical");
});

pageTest("hits of an old version say what replaces it", {}, async (page) => {
  await page.goto("/search?q=trunk&versions=all");
  const hits = page.locator(".hit");
  const old = hits.filter({ has: page.locator(".place span", { hasText: /^1\.0$/ }) });
  assert((await old.count()) > 0);
  for (const hit of await old.all()) await hit.getByText("This version is superseded by 2.0.").waitFor();
  const others = hits.filter({ hasNot: page.getByText("superseded") });
  assert((await others.count()) > 0);
  for (const hit of await others.all()) assert.doesNotMatch(await hit.locator(".place").innerText(), /1\.0/);
});

pageTest("snippets are text, with their words marked", {}, async (page) => {
  await page.goto("/search?q=trunk+no-resource&mode=lexical");
  const snippet = page.locator(".hit .snippet").first();
  assert.match(await snippet.innerText(), /^A trunk carries .* accepts \d+ trunks; a trunk above/);
  assert.doesNotMatch(await snippet.innerText(), /[*`|]/);
  const marked = await snippet.locator("mark").allInnerTexts();
  assert.deepEqual([...new Set(marked.map((word) => word.toLowerCase()))].sort(), ["no", "resource", "trunk", "trunks"]);
  assert.equal(await snippet.locator("code").first().innerText(), "no-resource");
});

pageTest("nothing found leads on", {}, async (page) => {
  await page.goto("/search?q=zeppelin&mode=lexical&version=1.0");
  await page.getByRole("link", { name: "Search the whole library" }).click();
  await page.waitForURL((url) => !url.searchParams.has("version"));
  assert((await page.locator(".hit").count()) > 0);
  await page.goto("/search?q=zeppelin&mode=lexical&version=1.0");
  await page.getByRole("link", { name: "Search by words and meaning" }).click();
  await page.waitForURL((url) => !url.searchParams.has("mode"));
  assert((await page.locator(".hit").count()) > 0);
});
