"""The Python SDK's client performing a play (plays.mjs); called with one JSON argument, prints one JSON object."""
import json
import sys
import traceback
import warnings

import anyio
import mcp_types as types
from mcp import Client, StdioServerParameters

warnings.simplefilter("ignore")  # the SDK deprecates what 2025 servers still need
REQUEST = json.loads(sys.argv[1])
PLAY, ANSWERS = REQUEST["play"], REQUEST["answers"]


async def elicited(_context, _params):
    return types.ElicitResult(action="accept", content={"name": ANSWERS["name"]})


async def sampled(_context, _params):
    return types.CreateMessageResult(
        role="assistant", model="a-model", stop_reason="endTurn", content=types.TextContent(type="text", text=ANSWERS["sampled"])
    )


class Updates:
    """Which resources the server has said to have changed, on a 2025 connection."""

    def __init__(self):
        self.seen = set()
        self.changed = anyio.Event()

    async def handle(self, message):
        if isinstance(message, types.ResourceUpdatedNotification):
            self.seen.add(str(message.params.uri))
            self.changed.set()


def expect_text(result, expected):
    text = "\n".join(getattr(block, "text", "") for block in result.content)
    if result.is_error or expected not in text:
        raise AssertionError(f"expected “{expected}”, got {text[:300]}")


async def tools_list(client, _updates, part):
    tools = (await client.list_tools()).tools
    if len(tools) < part["least"]:
        raise AssertionError(f"{len(tools)} tools of at least {part['least']}")


async def call(client, _updates, part):
    expect_text(await client.call_tool(part["tool"], part["args"]), part["expect"])


async def subscription(client, updates, part):
    if client.protocol_version >= "2026":
        async with client.listen(resource_subscriptions=[part["uri"]]) as stream:
            await client.call_tool(part["tool"], {})
            async for event in stream:
                if str(getattr(event, "uri", "")) == part["uri"]:
                    return
        raise AssertionError("the stream ended without an update")
    await client.subscribe_resource(part["uri"])
    await client.call_tool(part["tool"], {})
    while part["uri"] not in updates.seen:
        updates.changed = anyio.Event()
        await updates.changed.wait()


async def cancel(client, _updates, part):
    args = dict(part["args"])
    if "token" in args:
        args["token"] = REQUEST["token"]
    with anyio.move_on_after(REQUEST["soon"]) as scope:
        await client.call_tool(part["tool"], args)
    if not scope.cancelled_caught:
        raise AssertionError("the call was answered, though it was given up")
    if "witness" in part:
        expect_text(await client.call_tool(part["witness"], {"token": REQUEST["token"]}), part["expect"])
    else:
        await client.list_tools()


async def progress(client, _updates, part):
    seen = []

    async def note(value, _total, _message):
        seen.append(value)

    await client.call_tool(part["tool"], part["args"], progress_callback=note)
    if len(seen) < part["least"]:
        raise AssertionError(f"{len(seen)} notifications of at least {part['least']}")


PERFORM = {
    "list": tools_list, "call": call, "elicitation": call, "sampling": call,
    "subscription": subscription, "cancel": cancel, "progress": progress,
}


def reason(error):
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"[:300]


async def main():
    target, outcome, updates = REQUEST["target"], {}, Updates()
    server = target.get("url") or StdioServerParameters(command=target["command"], args=target["args"])
    try:
        async with Client(
            server, elicitation_callback=elicited, sampling_callback=sampled, message_handler=updates.handle,
            read_timeout_seconds=REQUEST["patience"],
        ) as client:
            outcome["open"] = {"yes": client.protocol_version}
            for feature in REQUEST["features"][1:]:
                if "not" in PLAY[feature]:
                    outcome[feature] = PLAY[feature]
                    continue
                try:
                    with anyio.fail_after(REQUEST["patience"]):
                        await PERFORM[feature](client, updates, PLAY[feature])
                    outcome[feature] = {"yes": "yes"}
                except Exception as error:  # whatever it is, it is what the table has to say
                    outcome[feature] = {"no": reason(error)}
    except BaseException as error:
        traceback.print_exc()
        for feature in REQUEST["features"]:
            outcome.setdefault(feature, {"no": reason(error)})
    print(json.dumps(outcome))


anyio.run(main)
