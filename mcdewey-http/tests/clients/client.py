"""The story of story.mjs by the Python SDK `mcp`, version 1.x or 2.x.

    python client.py FACTS_JSON URL
    python client.py FACTS_JSON COMMAND [ARGUMENT...]

Version 2.x speaks the protocol of 2026-07-28 here, version 1.x that of the `initialize` era. Both
check every structuredContent against its outputSchema.
"""

import asyncio
import json
import re
import sys
from contextlib import asynccontextmanager
from urllib.parse import quote

import mcp

IS_MODERN = hasattr(mcp, "Client")
if IS_MODERN:
    from mcp import MCPError as ServerError
    from mcp.types import PromptReference
else:
    from mcp import ClientSession, McpError as ServerError
    from mcp.client.stdio import stdio_client
    from mcp.client.streamable_http import streamable_http_client
    from mcp.types import PromptReference
    from pydantic import AnyUrl

QUERY = "vinegar"
SCOPE = {"query": QUERY, "product": ["kettle"]}
PAGE_SIZE = 6
N_PASSAGES = 16
N_VERSIONS = 2
ANSWER = "answer_with_citations"
CHUNK_TEMPLATE = "mcdewey://chunk/{chunk_id}"


@asynccontextmanager
async def connected(target):
    """A client of either version, and the protocol's version that it agreed on."""
    is_http = target[0].startswith("http://")
    command = None if is_http else mcp.StdioServerParameters(command=target[0], args=target[1:])
    if IS_MODERN:
        async with mcp.Client(target[0] if is_http else command) as client:
            yield client, client.protocol_version
        return
    transport = streamable_http_client(target[0]) if is_http else stdio_client(command)
    async with transport as (read, write, *_), ClientSession(read, write) as session:
        yield session, (await session.initialize()).protocolVersion


def wire(result):
    """A result as it stands on the wire, where both versions have the same names."""
    return result.model_dump(mode="json", by_alias=True)


def text_of(answer):
    return "\n".join(block["text"] for block in answer["content"])


def ids_in_text(answer):
    return re.findall(r"^chunk_id: (.+)$", text_of(answer), re.MULTILINE)


def equal(found, expected):
    assert found == expected, f"{found!r} is not {expected!r}"


class Story:
    """The steps, in order; each is a method."""

    def __init__(self, client, version, facts):
        self.client = client
        self.version = version
        self.facts = facts

    async def call(self, tool, given):
        answer = wire(await self.client.call_tool(tool, given))
        assert not answer["isError"], text_of(answer)
        return answer

    async def refusal(self, tool, given):
        answer = wire(await self.client.call_tool(tool, given))
        assert answer["isError"], f"{tool} took {given}"
        return text_of(answer)

    async def read(self, uri):
        # Version 1.x takes a parsed address: what parsing changes must still be found.
        return wire(await self.client.read_resource(uri if IS_MODERN else AnyUrl(uri)))["contents"]

    async def speaks_the_era(self):
        equal(self.version, self.facts["version"])

    async def lists_tools(self):
        tools = wire(await self.client.list_tools())["tools"]
        equal([tool["name"] for tool in tools], ["search_docs", "get_chunk", "list_docs", "compare_versions"])
        assert all(tool["inputSchema"] and tool["outputSchema"] for tool in tools)

    async def searches(self):
        answer = await self.call("search_docs", {**SCOPE, "limit": 3})
        hits = answer["structuredContent"]["hits"]
        equal(len(hits), 3)
        for hit in hits:
            assert re.search(r"kettle 2\.[01].*Kettle manual", hit["citation"]), hit["citation"]
            assert "::kettle::" in hit["chunk_id"], hit["chunk_id"]
            assert QUERY in hit["text"], hit["text"]
            assert hit["text"] in text_of(answer)
            assert hit["citation"] in text_of(answer)
        equal(ids_in_text(answer), [hit["chunk_id"] for hit in hits])

    async def has_one_hit_for_both_versions(self):
        answer = await self.call("search_docs", {**SCOPE, "limit": 20})
        hits = answer["structuredContent"]["hits"]
        equal(len(hits), N_PASSAGES // N_VERSIONS)
        for hit in hits:
            equal(hit["version"], "2.1")
            equal(hit["changed_in"], ["2.0"])

    async def pages_to_the_end(self):
        seen, n_pages = [], 0
        given = {**SCOPE, "all_versions": True, "limit": PAGE_SIZE}
        while given:
            page = (await self.call("search_docs", given))["structuredContent"]
            assert page["hits"], f"page {n_pages + 1} is empty"
            equal(page["total"], N_PASSAGES)
            seen += [hit["chunk_id"] for hit in page["hits"]]
            n_pages += 1
            assert n_pages <= N_PASSAGES, "the cursors never end"
            given = page["next"] and page["next"]["arguments"]
        assert len(set(seen)) == len(seen), f"seen twice: {seen}"
        equal(len(seen), N_PASSAGES)
        equal(n_pages, 3)

    async def reads_a_chunk_with_neighbours(self):
        chunk_id = self.facts["chunkId"]
        answer = await self.call("get_chunk", {"chunk_id": chunk_id, "before": 1, "after": 1})
        content = answer["structuredContent"]
        equal(content["passage"]["chunk_id"], chunk_id)
        equal([len(content["before"]), len(content["after"])], [1, 1])
        passages = [*content["before"], content["passage"], *content["after"]]
        equal(ids_in_text(answer), [passage["chunk_id"] for passage in passages])

    async def lists_manuals(self):
        answer = await self.call("list_docs", {"product": ["kettle"]})
        documents = answer["structuredContent"]["documents"]
        equal([document["version"] for document in documents], ["2.0", "2.1"])

    async def compares_two_versions(self):
        given = {"document": "manual", "product": "kettle", "from": "2.0", "to": "latest"}
        answer = await self.call("compare_versions", {**given, "details": True})
        content = answer["structuredContent"]
        equal([content["from"]["version"], content["to"]["version"]], ["2.0", "2.1"])
        equal(content["counts"]["changed"], N_PASSAGES // N_VERSIONS)
        diff = content["sections"][0]["diff"]
        assert "[-2.0" in diff, diff
        assert diff in text_of(answer)

    async def hears_progress(self):
        heard = []

        async def hear(progress, total, message):
            heard.append(progress)

        answer = wire(await self.client.call_tool("search_docs", SCOPE, progress_callback=hear))
        assert answer["structuredContent"]["hits"]
        equal(heard, [1, 2])

    async def completes_a_product(self):
        reference = PromptReference(type="ref/prompt", name=ANSWER)

        async def complete(name, value, given):
            argument = {"name": name, "value": value}
            completed = await self.client.complete(reference, argument, context_arguments=given)
            return wire(completed)["completion"]["values"]

        equal(await complete("product", "ket", None), ["kettle"])
        equal(await complete("version", "", {"product": "lamp"}), ["1.0"])

    async def is_told_the_nearest_version(self):
        told = await self.refusal("search_docs", {"query": QUERY, "version": ["2.2"]})
        assert re.search(r"no version `2\.2`.*nearest are.*`2\.1`", told), told

    async def is_told_the_right_argument(self):
        told = await self.refusal("search_docs", {"query": QUERY, "libraryName": "kettle"})
        assert "`libraryName`; did you mean `product`?" in told, told

    async def is_told_of_a_foreign_cursor(self):
        first = await self.call("search_docs", {**SCOPE, "limit": PAGE_SIZE})
        cursor = first["structuredContent"]["next"]["arguments"]["cursor"]
        told = await self.refusal("search_docs", {"query": "button", "cursor": cursor})
        assert "belongs to a call with other arguments" in told, told

    async def is_told_of_a_stale_cursor(self):
        given = {**SCOPE, "limit": PAGE_SIZE, "cursor": self.facts["staleCursor"]}
        told = await self.refusal("search_docs", given)
        assert re.search("stale.*call again without a cursor", told), told

    async def reads_listed_resources(self):
        resources = wire(await self.client.list_resources())["resources"]
        equal(len(resources), 3)
        for resource in resources:
            (content,) = await self.read(resource["uri"])
            equal(content["uri"], resource["uri"])
            assert re.search(r"Passages 0 to \d", content["text"]), content["text"]

    async def reads_a_templated_resource(self):
        listed = wire(await self.client.list_resource_templates())["resourceTemplates"]
        templates = [template["uriTemplate"] for template in listed]
        assert CHUNK_TEMPLATE in templates, templates
        uri = CHUNK_TEMPLATE.replace("{chunk_id}", quote(self.facts["chunkId"], safe=""))
        (content,) = await self.read(uri)
        assert "Passages 3 to 7 of 0 to 7." in content["text"], content["text"]

    async def is_told_where_resources_are(self):
        try:
            await self.read("mcdewey://nothing")
        except ServerError as error:
            assert "resources/list names" in str(error), error
        else:
            raise AssertionError("mcdewey://nothing was read")

    async def gets_a_prompt(self):
        prompts = wire(await self.client.list_prompts())["prompts"]
        equal([prompt["name"] for prompt in prompts], [ANSWER, "compare_versions"])
        question = "How is the kettle descaled?"
        given = {"question": question, "product": "kettle"}
        (message,) = wire(await self.client.get_prompt(ANSWER, given))["messages"]
        assert question in message["content"]["text"]
        assert '{"product":["kettle"]}' in message["content"]["text"]
        try:
            await self.client.get_prompt(ANSWER, {**given, "product": "ketle"})
        except ServerError as error:
            assert re.search("no product `ketle`.*`kettle`", str(error)), error
        else:
            raise AssertionError("the product ketle was taken")

    STEPS = (
        speaks_the_era,
        lists_tools,
        searches,
        has_one_hit_for_both_versions,
        pages_to_the_end,
        reads_a_chunk_with_neighbours,
        lists_manuals,
        compares_two_versions,
        hears_progress,
        completes_a_product,
        is_told_the_nearest_version,
        is_told_the_right_argument,
        is_told_of_a_foreign_cursor,
        is_told_of_a_stale_cursor,
        reads_listed_resources,
        reads_a_templated_resource,
        is_told_where_resources_are,
        gets_a_prompt,
    )


async def main():
    facts, *target = sys.argv[1:]
    async with connected(target) as (client, version):
        story = Story(client, version, json.loads(facts))
        for step in Story.STEPS:
            try:
                await step(story)
            except Exception as error:
                raise AssertionError(f"{step.__name__}: {error}") from error
    print(f"{len(Story.STEPS)} of {len(Story.STEPS)} steps")


asyncio.run(main())
