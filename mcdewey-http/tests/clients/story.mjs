// What every client of the clients' test does, and what McDewey must answer.
//
// A driver brings the client: methods named as below that resolve to results as they stand on the
// wire, and reject with an error that holds the server's message. `null` in place of a method
// means that this client cannot do it. client.py tells the same story in Python; the documents
// it is told of are written by run.sh.

import assert from "node:assert/strict";

const QUERY = "vinegar";
const SCOPE = { query: QUERY, product: ["kettle"] };
const PAGE_SIZE = 6;
const N_PASSAGES = 16;
const N_VERSIONS = 2;
const ANSWER = "answer_with_citations";
const CHUNK_TEMPLATE = "mcdewey://chunk/{chunk_id}";

/** The text of an answer, for models that are shown nothing else. */
const textOf = (answer) => answer.content.map((block) => block.text).join("\n");

const idsInText = (answer) =>
  [...textOf(answer).matchAll(/^chunk_id: (.+)$/gm)].map((match) => match[1]);

/** A call that must succeed, in both forms of its answer. */
async function call(client, tool, given) {
  const answer = await client.callTool(tool, given);
  assert.ok(!answer.isError, `${tool} failed: ${textOf(answer)}`);
  assert.ok(answer.structuredContent, `${tool} has no structuredContent`);
  return answer;
}

/** A call that must fail, and what the model is told. */
async function refusal(client, tool, given) {
  const answer = await client.callTool(tool, given);
  assert.equal(answer.isError, true, `${tool} took ${JSON.stringify(given)}`);
  return textOf(answer);
}

const steps = {
  async speaksTheEra(client, { version }) {
    assert.equal(await client.protocolVersion(), version);
  },

  async listsTools(client) {
    const { tools } = await client.listTools();
    const names = tools.map((tool) => tool.name);
    assert.deepEqual(names, ["search_docs", "get_chunk", "list_docs", "compare_versions"]);
    assert.ok(tools.every((tool) => tool.inputSchema && tool.outputSchema));
  },

  async searches(client) {
    const answer = await call(client, "search_docs", { ...SCOPE, limit: 3 });
    const { hits } = answer.structuredContent;
    assert.equal(hits.length, 3);
    for (const hit of hits) {
      assert.match(hit.citation, /kettle 2\.[01].*Kettle manual/);
      assert.ok(hit.chunk_id.includes("::kettle::"), hit.chunk_id);
      assert.ok(hit.text.includes(QUERY), hit.text);
      assert.ok(textOf(answer).includes(hit.text), "the text shows the passage");
      assert.ok(textOf(answer).includes(hit.citation), "the text shows the citation");
    }
    assert.deepEqual(idsInText(answer), hits.map((hit) => hit.chunk_id));
  },

  async hasOneHitForBothVersions(client) {
    const { structuredContent: page } = await call(client, "search_docs", { ...SCOPE, limit: 20 });
    assert.equal(page.hits.length, N_PASSAGES / N_VERSIONS);
    for (const hit of page.hits) {
      assert.equal(hit.version, "2.1", hit.chunk_id);
      assert.deepEqual(hit.changed_in, ["2.0"], hit.chunk_id);
    }
  },

  async pagesToTheEnd(client) {
    const seen = [];
    let given = { ...SCOPE, all_versions: true, limit: PAGE_SIZE };
    let nPages = 0;
    while (given) {
      const { structuredContent: page } = await call(client, "search_docs", given);
      assert.ok(page.hits.length > 0, `page ${nPages + 1} is empty`);
      assert.equal(page.total, N_PASSAGES);
      seen.push(...page.hits.map((hit) => hit.chunk_id));
      nPages += 1;
      assert.ok(nPages <= N_PASSAGES, "the cursors never end");
      given = page.next && page.next.arguments;
    }
    assert.equal(new Set(seen).size, seen.length, `seen twice: ${seen}`);
    assert.equal(seen.length, N_PASSAGES);
    assert.equal(nPages, 3);
  },

  async readsAChunkWithNeighbours(client, { chunkId }) {
    const given = { chunk_id: chunkId, before: 1, after: 1 };
    const answer = await call(client, "get_chunk", given);
    const { before, passage, after } = answer.structuredContent;
    assert.equal(passage.chunk_id, chunkId);
    assert.deepEqual([before.length, after.length], [1, 1]);
    const ids = [...before, passage, ...after].map((passage) => passage.chunk_id);
    assert.deepEqual(idsInText(answer), ids);
  },

  async listsManuals(client) {
    const answer = await call(client, "list_docs", { product: ["kettle"] });
    const versions = answer.structuredContent.documents.map((document) => document.version);
    assert.deepEqual(versions, ["2.0", "2.1"]);
  },

  async comparesTwoVersions(client) {
    const given = { document: "manual", product: "kettle", from: "2.0", to: "latest" };
    const answer = await call(client, "compare_versions", { ...given, details: true });
    const { from, to, counts, sections } = answer.structuredContent;
    assert.deepEqual([from.version, to.version], ["2.0", "2.1"]);
    assert.equal(counts.changed, N_PASSAGES / N_VERSIONS);
    assert.match(sections[0].diff, /\[-2\.0/);
    assert.ok(textOf(answer).includes(sections[0].diff), "the text shows the words");
  },

  async hearsProgress(client) {
    if (client.callWithProgress === null) return false;
    const heard = [];
    const answer = await client.callWithProgress("search_docs", SCOPE, (it) => heard.push(it));
    assert.ok(answer.structuredContent.hits.length > 0);
    assert.deepEqual(heard.map((it) => it.progress), [1, 2]);
  },

  async completesAProduct(client) {
    if (client.complete === null) return false;
    const reference = { type: "ref/prompt", name: ANSWER };
    const product = { name: "product", value: "ket" };
    const products = await client.complete(reference, product, {});
    assert.deepEqual(products.completion.values, ["kettle"]);
    const version = { name: "version", value: "" };
    const versions = await client.complete(reference, version, { product: "lamp" });
    assert.deepEqual(versions.completion.values, ["1.0"]);
  },

  async isToldTheNearestVersion(client) {
    const told = await refusal(client, "search_docs", { query: QUERY, version: ["2.2"] });
    assert.match(told, /no version `2\.2`.*nearest are.*`2\.1`/);
  },

  async isToldTheRightArgument(client) {
    const told = await refusal(client, "search_docs", { query: QUERY, libraryName: "kettle" });
    assert.match(told, /`libraryName`; did you mean `product`\?/);
  },

  async isToldOfAForeignCursor(client) {
    const first = await call(client, "search_docs", { ...SCOPE, limit: PAGE_SIZE });
    const { cursor } = first.structuredContent.next.arguments;
    const told = await refusal(client, "search_docs", { query: "button", cursor });
    assert.match(told, /belongs to a call with other arguments/);
  },

  async isToldOfAStaleCursor(client, { staleCursor }) {
    const given = { ...SCOPE, limit: PAGE_SIZE, cursor: staleCursor };
    const told = await refusal(client, "search_docs", given);
    assert.match(told, /stale.*call again without a cursor/);
  },

  async readsListedResources(client) {
    const { resources } = await client.listResources();
    assert.equal(resources.length, 3);
    for (const { uri, name } of resources) {
      const { contents } = await client.readResource(uri);
      assert.equal(contents.length, 1);
      assert.equal(contents[0].uri, uri);
      assert.match(contents[0].text, /Passages 0 to \d/, name);
    }
  },

  async readsATemplatedResource(client, { chunkId }) {
    const { resourceTemplates } = await client.listResourceTemplates();
    const templates = resourceTemplates.map((template) => template.uriTemplate);
    assert.ok(templates.includes(CHUNK_TEMPLATE), `${templates}`);
    const uri = CHUNK_TEMPLATE.replace("{chunk_id}", encodeURIComponent(chunkId));
    const { contents } = await client.readResource(uri);
    assert.match(contents[0].text, /Passages 3 to 7 of 0 to 7\./);
  },

  async isToldWhereResourcesAre(client) {
    await assert.rejects(client.readResource("mcdewey://nothing"), /resources\/list names/);
  },

  async getsAPrompt(client) {
    const { prompts } = await client.listPrompts();
    const names = prompts.map((prompt) => prompt.name);
    assert.deepEqual(names, [ANSWER, "compare_versions"]);
    const question = "How is the kettle descaled?";
    const { messages } = await client.getPrompt(ANSWER, { question, product: "kettle" });
    assert.equal(messages.length, 1);
    assert.ok(messages[0].content.text.includes(question));
    assert.ok(messages[0].content.text.includes('{"product":["kettle"]}'));
    const wrong = { question, product: "ketle" };
    await assert.rejects(client.getPrompt(ANSWER, wrong), /no product `ketle`.*`kettle`/);
  },
};

/**
 * Tells the story to a client, and prints what came of it in one line.
 *
 * `facts` holds what run.sh knows: the protocol's version, a cursor from before the last indexing,
 * and the id of a passage that has neighbours.
 */
export async function tell(client, facts) {
  const left = [];
  let nDone = 0;
  for (const [name, step] of Object.entries(steps)) {
    try {
      if ((await step(client, facts)) === false) left.push(name);
      else nDone += 1;
    } catch (error) {
      error.message = `${name}: ${error.message}`;
      throw error;
    }
  }
  const without = left.length > 0 ? ` (it cannot: ${left.join(", ")})` : "";
  console.log(`${nDone} of ${nDone + left.length} steps${without}`);
}
