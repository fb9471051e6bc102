// The story by the command line of the MCP Inspector: a connection of its own for each step.
//
//   node inspector.mjs INSPECTOR_DIR ERA FACTS_JSON URL
//   node inspector.mjs INSPECTOR_DIR ERA FACTS_JSON COMMAND [ARGUMENT...]
//
// ERA is `modern` or `legacy`, in the Inspector's words.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { tell } from "./story.mjs";

/** The Inspector's exit code for a tool's answer with isError. */
const TOOL_FAILED = 5;

const [directory, era, facts, ...target] = process.argv.slice(2);
const inspector = join(directory, "node_modules/.bin/mcp-inspector");

/** The result of one method. */
async function ask(method, ...options) {
  const all = [inspector, "--cli", ...target, "--protocol-era", era, "--format", "json", "--method", method, ...options];
  const child = spawn(process.execPath, all, { stdio: ["ignore", "pipe", "pipe"] });
  const exit = new Promise((resolve) => child.on("close", resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  // A tool's refusal is an answer; what the story does with it is the story's matter.
  if (code !== 0 && code !== TOOL_FAILED) {
    throw new Error(`the Inspector ended ${method} with ${code}: ${stderr}`);
  }
  const { result } = JSON.parse(stdout);
  if ((code === TOOL_FAILED) !== Boolean(result.isError)) {
    throw new Error(`the Inspector ended ${method} with ${code}, but it says ${stdout}`);
  }
  return result;
}

const pairs = (given) => Object.entries(given).map(([name, value]) => `${name}=${value}`);

await tell(
  {
    protocolVersion: async () => (await ask("initialize")).protocolVersion,
    // Strict: what other clients could not read of the schemas ends the Inspector with 6.
    listTools: () => ask("tools/list", "--strict"),
    callTool: (name, given) =>
      ask("tools/call", "--tool-name", name, "--tool-args-json", JSON.stringify(given)),
    // Its command line has no option that shows progress, and no method for completions.
    callWithProgress: null,
    complete: null,
    listResources: () => ask("resources/list"),
    listResourceTemplates: () => ask("resources/templates/list"),
    readResource: (uri) => ask("resources/read", "--uri", uri),
    listPrompts: () => ask("prompts/list"),
    getPrompt: (name, given) =>
      ask("prompts/get", "--prompt-name", name, "--prompt-args", ...pairs(given)),
  },
  JSON.parse(facts),
);
