// What holds for every page: the rules of HTML and of accessibility, and that it fits.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HtmlValidate, OUT, axe } from "./site.mjs";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

// All recommended rules, one of them narrowed: a hash of the style and the script in the page says
// nothing new where both come from the server that the page comes from.
const validator = new HtmlValidate(
  JSON.parse(readFileSync(new URL(".htmlvalidate.json", import.meta.url), "utf8")),
);

// Fails unless `html` keeps the rules of HTML.
export async function assertValid(html, name) {
  const report = await validator.validateString(html, name);
  const faults = report.results.flatMap(({ messages }) => messages);
  assert.deepEqual(
    faults.map(({ ruleId, message, line, column, selector }) =>
      `${line}:${column} ${ruleId}: ${message} at ${selector}`),
    [],
  );
}

// Takes a picture of the page, and fails unless it fits, has the colours of the shape and keeps the
// rules of accessibility.
export async function assertLooks(page, name, shape, { fullPage = true } = {}) {
  await page.screenshot({ path: join(OUT, `${name}-${shape}.png`), fullPage });
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
}
