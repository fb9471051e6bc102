// Every page keeps the rules of HTML, and fits wherever it is read.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertValid } from "./rules.mjs";
import { PAGES, SITE, pageTest } from "./site.mjs";

const STATUS = { "compare-nothing": 404, "not-found": 404, "bad-request": 400 };

for (const [name, address] of Object.entries(PAGES)) {
  test(`${name} is valid HTML`, async () => {
    const answer = await fetch(SITE + address);
    assert.equal(answer.status, STATUS[name] ?? 200);
    await assertValid(await answer.text(), name);
  });
}

// The narrowest page that WCAG asks for, and text twice as large as it comes on a page of a phone.
for (const [width, size] of [[320, "100%"], [360, "200%"]]) {
  const viewport = { width, height: 600 };
  pageTest(`nothing is cut off at ${width} px with text of ${size}`, { viewport }, async (page) => {
    for (const address of Object.values(PAGES)) {
      await page.goto(address);
      const wide = await page.evaluate((size) => {
        document.documentElement.style.fontSize = size;
        return document.documentElement.scrollWidth;
      }, size);
      assert(wide <= width, `${address}: ${wide} px wide`);
    }
  });
}

pageTest("on paper there is the text and where it is from", {}, async (page) => {
  for (const address of ["/chunk/acme::gateway::2.0::guide::1", PAGES["document-deep"], "/docs", PAGES.results]) {
    await page.goto(address);
    assert(await page.locator(".foot").isVisible(), address);
    await page.emulateMedia({ media: "print" });
    for (const left of [".masthead", ".foot", ".contents", ".pager", ".modes", ".filters"]) {
      for (const it of await page.locator(left).all()) assert(!(await it.isVisible()), `${address}: ${left}`);
    }
    assert.equal(await page.locator(".address").innerText(), page.url());
    assert(await page.locator("main").isVisible());
    await page.emulateMedia({ media: "screen" });
    assert(!(await page.locator(".address").isVisible()), address);
  }
});
