// Everything can be reached and seen without a mouse.

import assert from "node:assert/strict";
import { PAGES, assertTargeted, pageTest } from "./site.mjs";

const focused = (page) =>
  page.evaluate(() => document.activeElement.id || document.activeElement.textContent);

pageTest("a question is asked and its passage opened with keys alone", {}, async (page) => {
  await page.goto("/");
  await page.keyboard.press("/");
  assert.equal(await focused(page), "q");
  await page.keyboard.type("gateway/trunk");
  assert.equal(await page.getByRole("searchbox").inputValue(), "gateway/trunk");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/search?q=gateway**");
  const titles = await page.locator(".hit h2 a").allTextContents();
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(page), titles[0]);
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(page), titles[1]);
  const isSecond = () =>
    page.locator(".hit h2 a").nth(1).evaluate((it) => it === document.activeElement);
  assert(await isSecond());
  // From anywhere within a hit, the next is the one below.
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowUp");
  assert.equal(await focused(page), titles[0]);
  await page.keyboard.press("ArrowUp");
  assert.equal(await focused(page), "q");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/chunk/**");
  await page.getByRole("heading", { level: 1, name: titles[0] }).waitFor();
});

pageTest("the last hit is where the arrows end", {}, async (page) => {
  await page.goto("/search?q=bandwidth&mode=lexical");
  const count = await page.locator(".hit").count();
  for (let n = 0; n < count + 3; n++) await page.keyboard.press("ArrowDown");
  const last = page.locator(".hit h2 a").last();
  assert(await last.evaluate((it) => it === document.activeElement));
});

pageTest("keys that belong to the browser are left to it", {}, async (page) => {
  await page.goto("/search?q=trunk");
  await page.getByRole("searchbox").focus();
  // Shift and an arrow select what is in the box.
  await page.keyboard.press("End");
  await page.keyboard.press("Shift+ArrowUp");
  assert.equal(await page.evaluate(() => getSelection().toString()), "trunk");
  await page.keyboard.press("Shift+ArrowDown");
  assert.equal(await focused(page), "q");
  // Without hits an arrow scrolls, as on any page.
  await page.goto(PAGES["document-long"].replace(/#.*/, ""));
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => scrollY > 0);
});

pageTest("the skip link leads past the masthead", {}, async (page) => {
  await page.goto("/search?q=trunk");
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  assert(await skip.evaluate((it) => it === document.activeElement));
  const box = await skip.boundingBox();
  assert(box.x >= 0 && box.y >= 0, "the skip link is out of sight");
  await page.keyboard.press("Enter");
  assert.equal(new URL(page.url()).hash, "#main");
  await page.keyboard.press("Tab");
  assert(await page.evaluate(() => document.activeElement.closest("main") !== null));
});

pageTest("a passage is reached from the contents by keys", {}, async (page) => {
  await page.goto("/doc/acme::gateway::2.0::reference");
  await page.locator(".contents a", { hasText: "Command 150" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL("**#chunk-150");
  await assertTargeted(page, 150);
});

// What has the focus: where it is, and whether anything shows that it has it.
function look() {
  const it = document.activeElement;
  if (it === document.body) return null;
  // The first line of a link that has several; the box around all of them holds other things.
  const box = it.getClientRects()[0];
  const style = getComputedStyle(it);
  const [x, y] = [box.left + Math.min(box.width / 2, 8), box.top + Math.min(box.height / 2, 8)];
  const above = document.elementFromPoint(x, y);
  return {
    name: `${it.tagName} ${it.textContent.slice(0, 40)}`,
    isOutlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    isOpaque: style.opacity === "1",
    isUncovered: above !== null && (it.contains(above) || above.contains(it)),
    isSized: box.width > 4 && box.height > 4,
  };
}

for (const [size, viewport] of Object.entries({
  desktop: { width: 1280, height: 800 },
  phone: { width: 360, height: 740 },
})) {
  pageTest(`focus is seen wherever it goes, on a ${size}`, { viewport }, async (page) => {
    for (const [name, address] of Object.entries(PAGES)) {
      await page.goto(address.replace(/#.*/, ""));
      let stops = 0;
      // The long manual repeats itself; its first links stand for the rest.
      for (; stops < 60; stops++) {
        await page.keyboard.press("Tab");
        const seen = await page.evaluate(look);
        if (seen === null) break;
        for (const [fact, holds] of Object.entries(seen)) {
          assert(holds, `${name}: ${seen.name}: ${fact} does not hold`);
        }
      }
      assert(stops >= 3, `${name}: only ${stops} things can be focused`);
    }
  });
}
