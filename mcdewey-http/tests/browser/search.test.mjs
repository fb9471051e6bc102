// From a question to the passage that answers it, with and without scripts.

import assert from "node:assert/strict";
import { GUIDE, REFERENCE, assertTargeted, pageTest } from "./site.mjs";

const hitVendors = async (page) =>
  new Set(await page.locator(".hit .place span:first-child").allInnerTexts());

async function search(page, words) {
  await page.getByRole("searchbox").fill(words);
  await page.getByRole("button", { name: "Search" }).click();
  await page.waitForURL("**/search?**");
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : ", without scripts";

  pageTest(`home leads to hits whose words are marked${how}`, { javaScriptEnabled }, async (page) => {
    await page.goto("/");
    await search(page, "trunk");
    assert.equal(await page.locator(".hit").count(), 10);
    assert.match(await page.locator(".hit mark").first().innerText(), /^trunk/i);
    assert.equal(await page.getByRole("searchbox").inputValue(), "trunk");
    assert.match(await page.title(), /^trunk/);
  });

  pageTest(`shelves lead to manuals${how}`, { javaScriptEnabled }, async (page) => {
    await page.goto("/");
    await page.getByRole("link", { name: "2.0" }).click();
    await page.getByRole("link", { name: "Command reference" }).click();
    await page.getByRole("heading", { level: 1, name: "Command reference" }).waitFor();
    await search(page, "zeppelin");
    assert((await page.locator(".hit").count()) > 0);
  });

  pageTest(`a filter keeps the query, and the query keeps the filter${how}`, { javaScriptEnabled }, async (page) => {
    await page.goto("/search?q=trunk");
    assert.deepEqual(await hitVendors(page), new Set(["acme", "bolt"]));
    await page.locator(".filters").getByRole("link", { name: "bolt" }).click();
    await page.waitForURL("**vendor=bolt**");
    assert.equal(await page.getByRole("searchbox").inputValue(), "trunk");
    assert.deepEqual(await hitVendors(page), new Set(["bolt"]));
    await search(page, "quicksand");
    assert.equal(new URL(page.url()).searchParams.get("vendor"), "bolt");
    await page.getByRole("link", { name: "bolt (remove)" }).click();
    await page.waitForURL((url) => !url.search.includes("vendor"));
    assert.equal(await page.getByRole("searchbox").inputValue(), "quicksand");
  });

  pageTest(`a second page goes on where the first ended${how}`, { javaScriptEnabled }, async (page) => {
    await page.goto("/search?q=register");
    const first = await page.locator(".hit h2 a").evaluateAll((all) => all.map((a) => a.href));
    await page.getByRole("link", { name: "More" }).click();
    await page.waitForURL("**page=2");
    const second = await page.locator(".hit h2 a").evaluateAll((all) => all.map((a) => a.href));
    assert.equal(second.length, 10);
    assert.deepEqual(second.filter((href) => first.includes(href)), []);
  });

  pageTest(`nothing found says what to change${how}`, { javaScriptEnabled }, async (page) => {
    await page.goto("/search?q=zeppelin&mode=lexical&version=1.0");
    await page.getByText("Nothing found for “zeppelin”").waitFor();
    await page.locator(".notice").getByRole("link", { name: "2.0" }).click();
    await page.waitForURL("**version=2.0**");
    assert((await page.locator(".hit").count()) > 0);
  });

  pageTest(`a hit leads to its passage, and that to its place in the manual${how}`, { javaScriptEnabled }, async (page) => {
    await page.goto("/search?q=bandwidth&version=2.0");
    await page.locator(".hit h2 a").first().click();
    await page.getByRole("heading", { level: 1, name: "Call admission" }).waitFor();
    await page.getByRole("link", { name: "View in doc context" }).click();
    await page.waitForURL(`**${GUIDE}?chunk=3#chunk-3`);
    await assertTargeted(page, 3);
    assert.match(await page.locator(".page-mark").last().innerText(), /^Page 6/);
  });

  pageTest(`a passage deep in a long manual is shown${how}`, { javaScriptEnabled }, async (page) => {
    await page.goto("/search?q=set-201&mode=lexical");
    await page.getByRole("link", { name: "View in doc context" }).first().click();
    await page.waitForURL(`**${REFERENCE}?chunk=201#chunk-201`);
    await assertTargeted(page, 201);
    assert.match(await page.locator("#chunk-201").innerText(), /register 201/);
    // The contents lead to another part, and the parts to each other.
    await page.locator(".contents").getByRole("link", { name: "Command 77", exact: true }).click();
    await page.waitForURL("**#chunk-77");
    await assertTargeted(page, 77);
    await page.getByRole("link", { name: "Later part" }).first().click();
    await page.waitForURL("**#chunk-120");
    await assertTargeted(page, 120);
  });

  pageTest(`neighbours are a click away${how}`, { javaScriptEnabled }, async (page) => {
    await page.goto("/chunk/acme::gateway::2.0::reference::100");
    await page.getByRole("link", { name: "Next passage" }).click();
    await page.getByRole("heading", { level: 1, name: "Command 101" }).waitFor();
    await page.getByRole("link", { name: "Previous passage" }).click();
    await page.getByRole("heading", { level: 1, name: "Command 100" }).waitFor();
  });
}

pageTest("an address without ?chunk= leads to its part all the same", {}, async (page) => {
  await page.goto(`${REFERENCE}#chunk-201`);
  await page.waitForURL("**?chunk=201#chunk-201");
  await assertTargeted(page, 201);
  // The same, when only what follows `#` changes.
  await page.evaluate(() => (location.hash = "#chunk-5"));
  await page.waitForURL("**?chunk=5#chunk-5");
  await assertTargeted(page, 5);
});

pageTest("an address of a passage that is not there stays where it is", {}, async (page) => {
  for (const hash of ["#chunk-9999", "#chunk-x", "#chunk-", "#"]) {
    await page.goto("about:blank");
    await page.goto(`${REFERENCE}${hash}`);
    await page.locator("#chunk-0").waitFor();
    assert.equal(new URL(page.url()).search, "");
  }
});

pageTest("results change while words are typed", {}, async (page) => {
  await page.goto("/search?q=trunk&vendor=acme&page=2");
  // A page that is loaded anew would not have it.
  await page.evaluate(() => (window.isSamePage = true));
  const box = page.getByRole("searchbox");
  await box.fill("");
  await box.pressSequentially("certificate", { delay: 20 });
  await page.waitForURL("**q=certificate**");
  await page.locator(".hit h2", { hasText: "Certificates" }).first().waitFor();
  const asked = new URL(page.url()).searchParams;
  assert.equal(asked.get("vendor"), "acme");
  assert.equal(asked.get("page"), null);
  assert.match(await page.title(), /^certificate/);
  assert(await page.evaluate(() => window.isSamePage && document.activeElement.id === "q"));
  // Whoever cannot see the results is told of them.
  assert.match(await page.getByRole("status").innerText(), /^(All|The best \d+ of|\d+ of) \d+ passages/);
  // What is typed is not in the history: one step back leaves the results.
  await page.goto("/");
  await page.goBack();
  assert.equal(await page.getByRole("searchbox").inputValue(), "certificate");
});

pageTest("a late answer does not replace a newer one", {}, async (page) => {
  await page.goto("/search?q=register");
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route("**/search?q=quick*", async (route) => {
    await held;
    await route.continue();
  });
  const box = page.getByRole("searchbox");
  const first = page.waitForRequest("**/search?q=quick*");
  await box.fill("quicksand");
  await first;
  await box.fill("certificate");
  await page.waitForURL("**q=certificate");
  const late = page.waitForResponse("**/search?q=quick*");
  release();
  await late;
  await page.waitForTimeout(100);
  assert.match(page.url(), /q=certificate$/);
  assert.match(await page.locator(".hit h2").first().innerText(), /Certificates/);
});

pageTest("the id of a passage can be copied", { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
  await page.goto("/chunk/acme::gateway::2.0::guide::1");
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, "acme::gateway::2.0::guide::1");
});

pageTest("the contents show where in the manual the reader is", {}, async (page) => {
  await page.goto(`${REFERENCE}?chunk=201#chunk-201`);
  const current = page.locator(".contents [aria-current]");
  assert.equal(await current.innerText(), "Command 201");
  assert(await current.evaluate((it) => {
    const { top, bottom } = it.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  }));
  await page.evaluate(() => (location.hash = "#chunk-185"));
  await page.locator(".contents [aria-current]", { hasText: "Command 185" }).waitFor();
  assert.equal(await current.count(), 1);
});
