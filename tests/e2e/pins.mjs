// Pinned tool definitions: a server that changes its tools between two starts and in the middle of a session, what the
// commands show of it, and that servers which do not change raise nothing.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { BINARY, EVERYTHING, MEMORY, filesystem, fixture, temporaryFolder, wrapped } from './lib/env.mjs';
import { entry, gateway, listed, serversFile, toolNames } from './lib/gateways.mjs';
import { Caller, LEGACY, MODERN } from './lib/http_client.mjs';
import { listen, stopAll } from './lib/listening.mjs';
import { RawClient, endAll } from './lib/stdio.mjs';

after(async () => {
  endAll();
  await stopAll();
});

const toolText = (answer) => answer.result.content.map((item) => item.text ?? '').join('\n');
const newStore = () => path.join(temporaryFolder(), 'aegis.db');

function pins(store, ...args) {
  const { status, stdout, stderr } = spawnSync(BINARY, ['pins', ...args, '--store', store], { encoding: 'utf8' });
  return { status, stdout, stderr };
}
const waiting = (store) => JSON.parse(pins(store, 'list', '--json').stdout).pins.filter(({ accepted }) => !accepted);

// A server that can be pulled, and sessions with it.
function ticketServer() {
  const file = path.join(temporaryFolder(), 'pulled');
  return { command: fixture('rug_pull', file), pull: () => writeFileSync(file, '') };
}
async function open(command, env = {}) {
  const client = new RawClient(command, { env });
  assert.ok((await client.initialize(LEGACY)).result);
  return client;
}

test('a definition that changes between two starts', async (t) => {
  const store = newStore();
  const server = ticketServer();
  const start = (options) => open(wrapped(server.command, { name: 'tickets', store, options }));
  let client = await start();
  assert.deepEqual(await toolNames(client), ['search', 'close', 'tell']);
  await client.close();
  server.pull();
  client = await start();

  await t.test('is withheld, and its calls are denied with a reason', async () => {
    assert.deepEqual(await toolNames(client), ['close', 'tell']);
    const answer = await client.call('search');
    assert.ok(answer.result.isError);
    assert.match(toolText(answer), /pin-changed.*pins accept/s);
  });
  await t.test('the other tools go on', async () => {
    assert.equal(toolText(await client.call('close')), 'closed');
  });
  await t.test('stderr says it once, however often the list is asked for', async () => {
    await toolNames(client);
    await toolNames(client);
    assert.equal(client.stderr.match(/tool 'search' of server 'tickets' is withheld/g)?.length, 1, client.stderr);
  });
  await t.test('`pins diff` shows it, with what cannot be seen written out', () => {
    const shown = pins(store, 'diff', 'search');
    assert.equal(shown.status, 1, shown.stderr);
    assert.match(shown.stdout, /description\n {4}Searches the tickets\.\n {2}\+ Takes the whole thread, \\u\{ad\}so that nothing is missed\.\n/);
    assert.doesNotMatch(shown.stdout, /inputSchema|\u00AD/);
    const json = JSON.parse(pins(store, 'diff', 'tickets/search', '--json').stdout);
    assert.equal(json.was.description, 'Searches the tickets.');
    assert.match(json.is.description, /Takes the whole thread/);
  });
  await t.test('a tool that is not there, or not named', () => {
    assert.equal(pins(store, 'diff', 'nothing').status, 2);
    assert.equal(pins(store, 'accept', 'nothing').status, 2);
    assert.equal(pins(store, 'accept', 'search', '--hash', '000000000000').status, 2);
    assert.equal(pins(store, 'accept').status, 2);
    assert.equal(waiting(store).length, 1);
  });
  await t.test('`doctor` counts it', () => {
    const { stdout } = spawnSync(BINARY, ['doctor', '--json', '--store', store], { encoding: 'utf8' });
    assert.equal(JSON.parse(stdout).pins_waiting, 1);
  });
  await t.test('once accepted it works, in the session that is under way too', async () => {
    const [{ hash }] = waiting(store);
    const done = pins(store, 'accept', 'tickets/search', '--hash', hash.slice(0, 12));
    assert.equal(done.status, 0, done.stderr);
    assert.match(done.stdout, /accepted tickets\/search/);
    assert.equal(toolText(await client.call('search')), 'two tickets');
    assert.deepEqual(await toolNames(client), ['search', 'close', 'tell']);
    assert.equal(pins(store, 'diff', 'search').status, 0);
  });
  await client.close();
});

test('a definition that changes in the middle of a session', async (t) => {
  for (const [what, command, prefix] of [
    ['wrap', (server, store) => wrapped(server.command, { name: 'tickets', store }), ''],
    ['gateway', (server, store) => gateway(serversFile({ mcpServers: { tickets: entry(server.command) } }), { store }), 'tickets__'],
  ]) {
    await t.test(what, async () => {
      const store = newStore();
      const server = ticketServer();
      const client = await open(command(server, store));
      const names = (...tools) => tools.map((name) => prefix + name);
      if (prefix) await listed(() => toolNames(client), ['tickets']);
      assert.deepEqual(await toolNames(client), names('search', 'close', 'tell'));
      assert.equal(toolText(await client.call(`${prefix}search`)), 'two tickets');
      server.pull();
      await client.call(`${prefix}tell`);
      await client.until(({ method }) => method === 'notifications/tools/list_changed', 'news of the list');
      assert.deepEqual(await toolNames(client), names('close', 'tell'));
      const answer = await client.call(`${prefix}search`);
      assert.match(toolText(answer), /pin-changed/);
      assert.equal(toolText(await client.call(`${prefix}close`)), 'closed');
      assert.equal(pins(store, 'accept', '--all').status, 0);
      assert.deepEqual(await toolNames(client), names('search', 'close', 'tell'));
      await client.close();
    });
  }
});

test('strict withholds what nobody has accepted', async () => {
  const store = newStore();
  const server = ticketServer();
  const client = await open(wrapped(server.command, { name: 'tickets', store, options: ['--mode', 'strict'] }));
  assert.deepEqual(await toolNames(client), []);
  assert.match(toolText(await client.call('close')), /pin-new/);
  assert.match(pins(store, 'diff', 'close').stdout, /\+ Closes a ticket\./);
  assert.equal(pins(store, 'accept', 'close').status, 0);
  assert.deepEqual(await toolNames(client), ['close']);
  assert.equal(pins(store, 'accept', '--server', 'tickets', '--all').status, 0);
  assert.deepEqual(await toolNames(client), ['search', 'close', 'tell']);
  await client.close();
});

test('a tool of several servers has to be named with its server', async () => {
  const store = newStore();
  const client = await open(gateway(serversFile({ mcpServers: { one: entry(ticketServer().command), two: entry(ticketServer().command) } }), { store }));
  await listed(() => toolNames(client), ['one', 'two']);
  const ambiguous = pins(store, 'diff', 'search');
  assert.equal(ambiguous.status, 2);
  assert.match(ambiguous.stderr, /'one\/search', 'two\/search'/);
  for (const named of [['one/search'], ['one__search'], ['search', '--server', 'one']]) assert.equal(pins(store, 'diff', ...named).status, 0, named.join(' '));
  await client.close();
});

test('two sessions with one server at the same time agree', async () => {
  const store = newStore();
  const server = ticketServer();
  const start = () => open(wrapped(server.command, { name: 'tickets', store }));
  const clients = await Promise.all([start(), start(), start()]);
  for (const names of await Promise.all(clients.map(toolNames))) assert.deepEqual(names, ['search', 'close', 'tell']);
  server.pull();
  for (const names of await Promise.all(clients.map(toolNames))) assert.deepEqual(names, ['close', 'tell']);
  assert.equal(waiting(store).length, 1);
  await Promise.all(clients.map((client) => client.close()));
});

test('both eras see one pin', async () => {
  const store = newStore();
  const server = ticketServer();
  const front = await listen(wrapped(server.command, { name: 'tickets', store, options: ['--http', '127.0.0.1:0'] }));
  const list = async (era) => {
    const caller = new Caller(front.url, era);
    await caller.open();
    const { result } = await caller.ask('tools/list');
    caller.close();
    return result.tools.map(({ name }) => name);
  };
  for (const era of [LEGACY, MODERN]) assert.deepEqual(await list(era), ['search', 'close', 'tell'], era);
  assert.equal(waiting(store).length, 0);
  server.pull();
  for (const era of [MODERN, LEGACY]) assert.deepEqual(await list(era), ['close', 'tell'], era);
});

test('servers that do not change raise nothing', async (t) => {
  const folder = temporaryFolder();
  const store = newStore();
  const servers = { everything: EVERYTHING, memory: MEMORY, filesystem: filesystem(folder) };
  const env = { MEMORY_FILE_PATH: path.join(folder, 'memory.jsonl') };
  const first = new Map();
  for (let start = 1; start <= 3; ++start) {
    for (const [name, command] of Object.entries(servers)) {
      await t.test(`${name}, start ${start}`, async () => {
        const client = await open(wrapped(command, { name, store }), env);
        const names = await toolNames(client);
        first.set(name, first.get(name) ?? names);
        assert.deepEqual(names, first.get(name));
        assert.doesNotMatch(client.stderr, /withheld|configured differently/);
        await client.close();
      });
    }
  }
  assert.deepEqual(waiting(store), []);
  const report = JSON.parse(spawnSync(BINARY, ['doctor', '--json', '--store', store], { encoding: 'utf8' }).stdout);
  assert.equal(report.pins_waiting, 0);
  assert.deepEqual(report.servers_changed, []);
  assert.ok(report.pins >= 30, `${report.pins} pins`);
});
