// A manual can show whatever it likes, and do nothing.

import assert from "node:assert/strict";
import { PAGES, SITE, pageTest } from "./site.mjs";

// Characters that hide text or turn it around, as far as they have no place in plain prose.
const DECEIVING = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

const addresses = [
  ...Object.values(PAGES),
  ...[0, 1, 2, 3].map((n) => `/chunk/bolt::switch::7.1::hostile::${n}`),
  "/browse?vendor=bolt",
  "/search?q=quicksand&mode=lexical",
  `/search?q=${encodeURIComponent("\"><script>window.pwned = 20</script><img src=x onerror=alert(21)>")}`,
  `/search?q=x&vendor=${encodeURIComponent("<img src=x onerror=alert(22)>")}`,
  `/doc/${encodeURIComponent("<script>alert(23)</script>")}`,
];

pageTest("nothing of a manual or an address runs, asks others or hides", {}, async (page) => {
  for (const address of addresses) {
    await page.goto(address);
    assert.equal(await page.evaluate(() => window.pwned), undefined, address);
    const text = await page.evaluate(() => document.title + document.body.textContent);
    assert.equal(DECEIVING.exec(text), null, address);
    const foreign = await page.evaluate(() => {
      const ours = new Set(["/assets/icon.svg", "/assets/style.css", "/assets/script.js", "/opensearch.xml"]);
      const loading = [...document.querySelectorAll("[src], link[href]")];
      const urls = loading.map((it) => it.getAttribute("src") ?? it.getAttribute("href"));
      const handlers = [...document.querySelectorAll("*")].flatMap((it) =>
        it.getAttributeNames().filter((name) => name.startsWith("on") || name === "style"),
      );
      const embedding = "iframe, object, embed, img, svg, video, audio, style, base, meta[http-equiv]";
      return [
        ...urls.filter((url) => !ours.has(url.split("?")[0])),
        ...handlers,
        ...[...document.querySelectorAll(embedding)].map((it) => it.tagName),
      ];
    });
    assert.deepEqual(foreign, [], address);
  }
});

pageTest("links of a manual lead to web pages or nowhere", {}, async (page) => {
  await page.goto("/doc/bolt::switch::7.1::hostile");
  const links = page.locator(".manual .chunk a");
  const hrefs = await links.evaluateAll((all) => all.map((a) => a.href));
  for (const href of hrefs) assert.match(href, /^https?:\/\//);
  for (const name of ["a link", "another", "data", "file", "javascript:alert(12)"]) {
    await page.getByRole("link", { name, exact: true }).click();
    assert.equal(new URL(page.url()).origin, SITE);
  }
  await page.getByRole("link", { name: "quotes" }).hover();
});

// Chromium prints what the policy stops as errors.
const expected = /Content Security Policy|https:\/\/evil\.example\/pixel\.png/;

pageTest("the policy stops what got in all the same", { expected }, async (page) => {
  await page.goto("/");
  const violations = await page.evaluate(async () => {
    const seen = [];
    document.addEventListener("securitypolicyviolation", (event) => {
      seen.push(event.effectiveDirective);
    });
    document.body.insertAdjacentHTML(
      "beforeend",
      '<img src="https://evil.example/pixel.png"><b style="color: red"></b><button onclick="pwned = 1">x</button>',
    );
    document.body.lastElementChild.click();
    const script = document.createElement("script");
    script.textContent = "window.pwned = 2";
    document.body.append(script);
    await new Promise((resolve) => setTimeout(resolve, 200));
    return seen.sort();
  });
  assert.deepEqual(violations, ["img-src", "script-src-attr", "script-src-elem", "style-src-attr"]);
});
