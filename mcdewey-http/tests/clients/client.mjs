// The story by the TypeScript SDK 1.x, whose client speaks the protocol of the `initialize` era.
//
//   node client.mjs SDK_DIR FACTS_JSON URL
//   node client.mjs SDK_DIR FACTS_JSON COMMAND [ARGUMENT...]

import { createRequire } from "node:module";

import { tell } from "./story.mjs";

const [directory, facts, ...target] = process.argv.slice(2);
const require = createRequire(`${directory}/`);
const { Client } = require("@modelcontextprotocol/sdk/client/index.js");
const { StdioClientTransport } = require("@modelcontextprotocol/sdk/client/stdio.js");
const { StreamableHTTPClientTransport } = require("@modelcontextprotocol/sdk/client/streamableHttp.js");
const { ProgressNotificationSchema } = require("@modelcontextprotocol/sdk/types.js");

const isHttp = target[0].startsWith("http://");
const [command, ...args] = target;
const transport = isHttp
  ? new StreamableHTTPClientTransport(new URL(target[0]))
  : new StdioClientTransport({ command, args });

// The client tells the version to its transport only; that of stdio does not keep it.
let negotiated;
const tellVersion = transport.setProtocolVersion?.bind(transport);
transport.setProtocolVersion = (version) => {
  negotiated = version;
  tellVersion?.(version);
};

const client = new Client({ name: "mcdewey-clients", version: "1" });
await client.connect(transport);
try {
  await tell(
    {
      protocolVersion: async () => negotiated,
      // From here on the client checks every structuredContent against its outputSchema.
      listTools: () => client.listTools(),
      callTool: (name, given) => client.callTool({ name, arguments: given }),
      // The option `onprogress` forgets what arrives in one read with the answer, so progress is
      // heard as the notification that it is.
      callWithProgress: (name, given, hear) => {
        client.setNotificationHandler(ProgressNotificationSchema, ({ params }) => hear(params));
        return client.callTool({ name, arguments: given, _meta: { progressToken: name } });
      },
      complete: (ref, argument, given) =>
        client.complete({ ref, argument, context: { arguments: given } }),
      listResources: () => client.listResources(),
      listResourceTemplates: () => client.listResourceTemplates(),
      readResource: (uri) => client.readResource({ uri }),
      listPrompts: () => client.listPrompts(),
      getPrompt: (name, given) => client.getPrompt({ name, arguments: given }),
    },
    JSON.parse(facts),
  );
} finally {
  await client.close();
}
