// A session through the guard is the session itself. One script per server is run directly and through
// `aegis-mcp wrap`, and held together twice:
//   1. within the guarded run, byte for byte and in order: what the client sent against what the server got, and
//      what the server sent against what the client got. Nothing is normalised here.
//   2. the direct run against the guarded run, message by message within each stream, after taking out what differs
//      between any two runs (lib/normalise.mjs lists it). This catches a server that behaves differently behind the guard.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, test } from 'node:test';
import { EVERYTHING, MEMORY, filesystem as filesystemServer, fromNpm, tapped, temporaryFolder, wrapped } from './lib/env.mjs';
import { bothWays, compareLists, same } from './lib/diff.mjs';
import { NORMALISED, streams } from './lib/normalise.mjs';
import * as scripts from './lib/scripts.mjs';
import { ChildTransport, endAll } from './lib/stdio.mjs';

const { Client } = fromNpm('@modelcontextprotocol/sdk/client/index.js');

after(endAll);

async function run(script, serverFor, guarded) {
  const folder = temporaryFolder();
  const server = tapped(serverFor(folder));
  const transport = new ChildTransport(guarded ? wrapped(server.command) : server.command,
    { env: { ...server.env, MEMORY_FILE_PATH: path.join(folder, 'memory.jsonl') } });
  const state = { roots: [{ uri: `file://${folder}`, name: 'work' }], elicitation: [] };
  const client = new Client({ name: 'compare', version: '1.0.0' }, { capabilities: scripts.CAPABILITIES });
  scripts.answerServer(client, state);
  try {
    await client.connect(transport);
    await script({ client, transport, state, folder });
  } catch (error) {
    error.message += `\nlast lines from the server: ${transport.received().slice(-2).join('\n').slice(0, 600)}\nstderr: ${transport.stderr.slice(-600)}`;
    throw error;
  } finally {
    await transport.close();
  }
  return { folder, transport, atServer: server.seen() };
}

console.log(`Normalised between the two runs: ${NORMALISED.join('; ')}.`);

for (const [name, script, serverFor] of [
  ['everything', scripts.everything, () => EVERYTHING],
  ['filesystem', scripts.filesystem, (folder) => filesystemServer(folder)],
  ['memory', scripts.memory, () => MEMORY],
]) {
  test(`${name}: the guarded session is the direct session`, async (t) => {
    const [direct, guarded] = await Promise.all([run(script, serverFor, false), run(script, serverFor, true)]);

    await t.test('byte for byte through the guard, both ways and in order', () => {
      same(bothWays(guarded.transport, guarded.atServer));
    });

    await t.test('the same messages as without the guard', () => {
      const left = streams(direct.transport.record, direct.folder);
      const right = streams(guarded.transport.record, guarded.folder);
      same([...new Set([...left.keys(), ...right.keys()])].map((stream) =>
        compareLists(stream, left.get(stream) ?? [], right.get(stream) ?? [], ['directly', 'guarded'])));
    });
    console.log(`${name}: ${guarded.transport.sent().length} messages to the server, ${guarded.transport.received().length} from it`);
  });
}
