// Every page in every shape: the rules of HTML and of accessibility, the width of a phone, and a
// picture of it for people to look at.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { HtmlValidate, OUT, PAGES, SITE, axe, pageTest } from "./site.mjs";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const SHAPES = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  phone: { colorScheme: "light", viewport: { width: 360, height: 740 }, hasTouch: true },
  "phone-dark": { colorScheme: "dark", viewport: { width: 360, height: 740 }, hasTouch: true },
};
const STATUS = { "not-found": 404, "bad-request": 400 };

// All recommended rules, one of them narrowed: a hash of the style and the script in the page says
// nothing new where both come from the server that the page comes from.
const validator = new HtmlValidate(
  JSON.parse(readFileSync(new URL(".htmlvalidate.json", import.meta.url), "utf8")),
);

for (const [name, address] of Object.entries(PAGES)) {
  test(`${name} is valid HTML`, async () => {
    const answer = await fetch(SITE + address);
    assert.equal(answer.status, STATUS[name] ?? 200);
    const report = await validator.validateString(await answer.text(), name);
    const faults = report.results.flatMap(({ messages }) => messages);
    assert.deepEqual(
      faults.map(({ ruleId, message, line, column, selector }) =>
        `${line}:${column} ${ruleId}: ${message} at ${selector}`),
      [],
    );
  });
}

for (const [shape, options] of Object.entries(SHAPES)) {
  for (const [name, address] of Object.entries(PAGES)) {
    pageTest(`${name} is accessible and fits, ${shape}`, options, async (page) => {
      await page.goto(address);
      // All of a page, but of a long manual only what a reader sees at first.
      await page.screenshot({
        path: join(OUT, `${name}-${shape}.png`),
        fullPage: name !== "document-long",
      });
      const { scrollWidth, clientWidth, background } = await page.evaluate(() => ({
        scrollWidth: document.documentElement.scrollWidth,
        clientWidth: document.documentElement.clientWidth,
        background: getComputedStyle(document.body).backgroundColor,
      }));
      assert(scrollWidth <= clientWidth, `${scrollWidth} px wide on ${clientWidth}`);
      const red = Number(/\d+/.exec(background)[0]);
      assert.equal(red < 64, shape.endsWith("dark"), `${background} in ${shape}`);

      // By way of the debugger, because the page's policy refuses a script that is added to it.
      await page.evaluate(axe);
      const { passes, violations } = await page.evaluate(
        (tags) => globalThis.axe.run({ runOnly: tags, resultTypes: ["violations"] }),
        WCAG,
      );
      assert(passes.length > 10, "axe checked next to nothing");
      const faults = violations.flatMap(({ id, help, nodes }) =>
        nodes.map((node) => `${id}: ${help}: ${node.html}: ${node.any.map((it) => it.message)}`));
      assert.deepEqual(faults, []);
    });
  }
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
