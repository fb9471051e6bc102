// A server of a test's own.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { MCDEWEY, OUT } from "./site.mjs";

// Writes the files below a folder of OUT; its path.
export function folder(name, files) {
  for (const [path, text] of Object.entries(files)) {
    const whole = join(OUT, name, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text);
  }
  return join(OUT, name);
}

// A new key, and its table for a configuration file.
export function makeKey(name, ...options) {
  const printed = execFileSync(MCDEWEY, ["key", name, "--json", ...options], { encoding: "utf8" });
  const { key, table } = JSON.parse(printed);
  // Strings, booleans and lists of strings are written alike in JSON and in TOML.
  const lines = Object.entries(table).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return { key, table: `[[keys]]\n${lines.join("\n")}\n` };
}

// Starts `mcdewey serve` with these arguments; its address, and how to end it.
export async function serve(name, ...options) {
  const log = openSync(join(OUT, `${name}.log`), "w");
  const server = spawn(MCDEWEY, ["serve", "--bind", "127.0.0.1:0", "--json", ...options], {
    stdio: ["ignore", "pipe", log],
  });
  const ended = once(server, "exit");
  const lines = createInterface({ input: server.stdout });
  let text = "";
  for await (const line of lines) {
    text += line;
    if (line === "}" || (text.startsWith("{") && text.endsWith("}"))) break;
  }
  assert.notEqual(text, "", `the server did not start; see ${name}.log`);
  return {
    url: JSON.parse(text).url,
    stop: async () => {
      server.kill();
      await ended;
    },
  };
}
