// What every test needs: a browser, the addresses of the pages, and a page that is watched.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";

const { SITE, OUT, NODE_MODULES, CHROMIUM, MCDEWEY } = process.env;
for (const [name, value] of Object.entries({ SITE, OUT, NODE_MODULES, CHROMIUM, MCDEWEY })) {
  assert(value, `${name} is not set; run.sh sets it`);
}

// The packages lie in a folder of the caller's choice, where `import` would not look.
const fromModules = (name) => createRequire(import.meta.url)(join(NODE_MODULES, name));
const { chromium } = fromModules("playwright-core");
export const { HtmlValidate } = fromModules("html-validate");
export const axe = readFileSync(join(NODE_MODULES, "axe-core/axe.min.js"), "utf8");

export { MCDEWEY, OUT, SITE };

export const GUIDE = "/doc/acme::gateway::2.0::guide";
export const REFERENCE = "/doc/acme::gateway::2.0::reference";
export const HANDBOOK = "/doc/acme::gateway::2.0::handbook";

// One address of every kind of page, and what the pages do with text that is out to harm.
export const PAGES = {
  home: "/",
  browse: "/browse?vendor=acme&product=gateway&version=2.0",
  results: "/search?q=trunk",
  "results-filtered": "/search?q=trunk&vendor=acme&version=1.0",
  "results-by-words": "/search?q=trunk&mode=lexical",
  "results-none": "/search?q=zeppelin&mode=lexical&version=1.0",
  "search-empty": "/search?q=",
  chunk: "/chunk/acme::gateway::2.0::guide::1",
  "chunk-code": "/chunk/acme::gateway::1.0::guide::2",
  document: `${GUIDE}?chunk=2#chunk-2`,
  "document-old": "/doc/acme::gateway::1.0::guide",
  "document-plain": "/doc/bolt::switch::7.1::notes",
  "document-long": `${REFERENCE}?chunk=201#chunk-201`,
  "document-deep": `${HANDBOOK}?chunk=250#chunk-250`,
  compare: "/compare?document=guide&vendor=acme&from=1.0&to=2.0",
  "compare-section": "/compare?document=guide&vendor=acme&from=1.0&to=2.0&section=Trunks",
  "compare-itself": "/compare?document=guide&vendor=acme&from=2.0&to=2.0",
  "compare-nothing": "/compare?document=zeppelin",
  history: "/history/acme::gateway::2.0::guide::1",
  "hostile-compare": "/compare?document=attacks",
  "hostile-compare-section": "/compare?document=attacks&from=1&to=2&section=bolt::bridge::2::attacks::1",
  "hostile-history": "/history/bolt::bridge::2::attacks::1",
  "hostile-results": "/search?q=quicksand",
  "hostile-chunk": "/chunk/bolt::switch::7.1::hostile::0",
  "hostile-document": "/doc/bolt::switch::7.1::hostile",
  docs: "/docs",
  "docs-problem": "/docs#problem-unknown-value",
  status: "/status",
  "not-found": "/chunk/acme::gateway::9.9::guide::0",
  "bad-request": "/search?q=trunk&page=x",
};

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    // A name that is not an address of this machine must not even be looked up.
    args: [
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-quic",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
});
after(() => browser?.close());

// Light and dark, on a desk and in a hand.
export const SHAPES = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  phone: { colorScheme: "light", viewport: { width: 360, height: 740 }, hasTouch: true },
  "phone-dark": { colorScheme: "dark", viewport: { width: 360, height: 740 }, hasTouch: true },
};

// A test with a page of its own, of another server than SITE if its options have a `baseURL`. It also fails if the page runs what a manual holds, asks another
// site for something, opens a dialog or window, or writes an error to the console. A test that
// provokes such faults says with `expected` which.
export function pageTest(name, { expected, ...options }, body) {
  test(name, async () => {
    const context = await browser.newContext({
      baseURL: SITE,
      viewport: { width: 1280, height: 800 },
      ...options,
    });
    context.setDefaultTimeout(5000);
    const faults = [];
    const origin = new URL(options.baseURL ?? SITE).origin;
    context.on("page", (page) => watch(page, origin, faults));
    const page = await context.newPage();
    try {
      await body(page);
      assert.equal(await page.evaluate("window.pwned"), undefined, "a script of a manual ran");
      assert.equal(context.pages().length, 1, "a window was opened");
      assert.deepEqual(faults.filter((fault) => !expected?.test(fault)), []);
    } finally {
      await context.close();
    }
  });
}

function watch(page, origin, faults) {
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) faults.push(`request of ${request.url()}`);
  });
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // Chromium says so of every page whose status is 4xx; tests that ask for one check it.
    const isStatus = /^Failed to load resource: .* status of 40[014]/.test(message.text());
    const isPage = message.location().url === page.url().replace(/#.*/, "");
    if (["error", "warning"].includes(message.type()) && !(isStatus && isPage)) {
      faults.push(`console: ${message.text()}`);
    }
  });
}

// Fails unless the passage is the target of the address, looks so, and can be seen.
export async function assertTargeted(page, ordinal) {
  assert.equal(new URL(page.url()).hash, `#chunk-${ordinal}`);
  const section = page.locator(`#chunk-${ordinal}`);
  await section.waitFor();
  const seen = await section.evaluate((it) => {
    const { top, bottom } = it.getBoundingClientRect();
    const background = (element) => getComputedStyle(element).backgroundColor;
    return {
      isTarget: it.matches(":target"),
      isMarked: background(it) !== background(it.parentElement.querySelector(".chunk:not(:target)")),
      isInView: top >= 0 && top < innerHeight && bottom > 0,
      top,
    };
  });
  assert(seen.isTarget, "the passage is not the target");
  assert(seen.isMarked, "the passage looks like the others");
  assert(seen.isInView, `the passage is out of sight, its top at ${seen.top}`);
}
