// Every page in every shape: the rules of accessibility, the width of a phone, and a picture of it
// for people to look at.

import { assertLooks } from "./rules.mjs";
import { PAGES, SHAPES, pageTest } from "./site.mjs";

// Of a long manual only what a reader sees at first.
const LONG = new Set(["document-long", "document-deep", "docs-problem"]);

for (const [shape, options] of Object.entries(SHAPES)) {
  for (const [name, address] of Object.entries(PAGES)) {
    pageTest(`${name} is accessible and fits, ${shape}`, options, async (page) => {
      await page.goto(address);
      await assertLooks(page, name, shape, { fullPage: !LONG.has(name) });
    });
  }
}
