// The table of contents of a manual with many headings.

import assert from "node:assert/strict";
import { HANDBOOK, assertTargeted, pageTest } from "./site.mjs";

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : ", without scripts";

  pageTest(`the chapter of the passage is unfolded, the others unfold${how}`, { javaScriptEnabled }, async (page) => {
    await page.goto(`${HANDBOOK}?chunk=250#chunk-250`);
    await assertTargeted(page, 250);
    const contents = page.locator(".contents");
    const current = contents.locator("[aria-current=location]");
    assert.equal(await current.innerText(), "Topic 16.10");
    assert(await current.isVisible());
    const link = (name) => contents.getByRole("link", { name, exact: true });
    assert(await link("Topic 16.0").isVisible());
    assert(await link("Chapter 3").isVisible());
    assert.equal(await link("Topic 3.4").count(), 0, "a folded link is no link");
    await contents.getByText("Sections of Chapter 3", { exact: true }).locator("..").click();
    await link("Topic 3.4").click();
    await page.waitForURL("**#chunk-49");
    await assertTargeted(page, 49);
    assert.equal(await current.innerText(), "Topic 3.4");
    assert(await current.isVisible());
  });
}

pageTest("chapters are unfolded by keys", {}, async (page) => {
  await page.goto(HANDBOOK);
  const chapter = page.locator(".contents summary", { hasText: /^Sections of Chapter 5$/ });
  await chapter.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Topic 5.0", exact: true }).waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL("**#chunk-75");
  await assertTargeted(page, 75);
});

pageTest("another passage of the part unfolds its chapter", {}, async (page) => {
  await page.goto(`${HANDBOOK}?chunk=250#chunk-250`);
  await page.evaluate(() => (location.hash = "#chunk-284"));
  const current = page.locator(".contents [aria-current]", { hasText: "Topic 18.14" });
  await current.waitFor();
  assert.equal(await page.locator(".contents [aria-current]").count(), 1);
  assert(await current.evaluate((it) => {
    const { top, bottom } = it.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  }));
});
