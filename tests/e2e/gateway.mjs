// `aegis-mcp gateway`: many real servers behind one guard. Every shape of file, every kind of client, servers that
// fail beside ones that work, a file that changes, and that no process outlives its use.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { EVERYTHING, MEMORY, filesystem, fixture, temporaryFolder } from './lib/env.mjs';
import { entry, gateway, listed, logOf, serverOf, serversFile, toolNames, writeServers } from './lib/gateways.mjs';
import { Caller, LEGACY, MODERN } from './lib/http_client.mjs';
import { listen, stopAll } from './lib/listening.mjs';
import { program } from './lib/npm.mjs';
import { CLIENTS } from './lib/players.mjs';
import { FEATURES, PLAYS } from './lib/plays.mjs';
import { alive, assertGone, childrenOf, eventually } from './lib/processes.mjs';
import { RawClient, endAll } from './lib/stdio.mjs';
import { witness } from './lib/witness.mjs';

// What the shortest-tempered client we know allows for `initialize`.
const START = 10_000; // milliseconds
const PROMPT = 1_500; // milliseconds for what needs no waiting at all
const MODERN_SERVER = fixture('modern_server', '--stdio', '--era', 'modern');
const toolText = (answer) => answer.result.content.map((item) => item.text ?? '').join('\n');
const kept = (file) => eventually(() => existsSync(file) && readFileSync(file, 'utf8'), `process ids in ${path.basename(file)}`);
const pidIn = async (file) => JSON.parse(await kept(file))[0];
const folder = temporaryFolder();
const notes = temporaryFolder();
let remote; // server-everything over HTTP

const freePort = () => new Promise((resolve) => {
  const probe = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});

before(async () => {
  const port = await freePort();
  await listen(program('mcp-server-everything', 'streamableHttp'), { env: { PORT: String(port) }, announced: /listening on port/ });
  remote = `http://127.0.0.1:${port}/mcp`;
});
after(async () => {
  endAll();
  await stopAll();
});

const SERVERS = ['everything', 'files', 'memory', 'modern', 'remote'];
const all = () => ({
  everything: entry(EVERYTHING, { E2E_MARK: 'set for this server' }),
  files: entry(filesystem(notes)),
  memory: entry(MEMORY, { MEMORY_FILE_PATH: path.join(folder, 'memory.jsonl') }),
  modern: entry(MODERN_SERVER),
  remote: { type: 'http', url: remote },
});

async function open(file, { store, env, capabilities } = {}) {
  const client = new RawClient(gateway(file, { store }), { env });
  assert.ok((await client.initialize(LEGACY, capabilities)).result);
  return client;
}

test('the same servers from every client’s file are the same list', async (t) => {
  const servers = all();
  const vscode = (indent) => {
    const commented = JSON.stringify({ ...servers, memory: { type: 'stdio', ...servers.memory, command: '${env:E2E_NODE}' } }, undefined, 2);
    return `{\n  // What this workspace uses.\n  "inputs": [],\n  "servers": /* five of them */ ${commented.replace(/\n}$/, ',\n}')},\n}`.replaceAll('\n', `\n${indent}`);
  };
  const { type, ...cursor } = servers.remote;
  assert.equal(type, 'http');
  const shapes = {
    'Claude Desktop': { globalShortcut: 'Ctrl+Space', mcpServers: servers },
    'VS Code, a workspace': vscode(''),
    'VS Code, user settings': { 'editor.fontSize': 14, mcp: { servers } },
    Cursor: { mcpServers: { ...servers, remote: { ...cursor, headers: { 'X-E2E': '${E2E_UNSET:-none}' } } } },
  };
  const lists = new Map();
  for (const [shape, content] of Object.entries(shapes)) {
    await t.test(shape, async () => {
      const client = await open(serversFile(content), { env: { E2E_NODE: process.execPath } });
      const names = await listed(() => toolNames(client), SERVERS);
      assert.deepEqual([...new Set(names.map(serverOf))], SERVERS, 'in the order of the file, each server’s tools together');
      for (const name of names) assert.match(name, /^[a-z]+__[A-Za-z0-9_-]+$/);
      assert.equal(new Set(names).size, names.length);
      const first = (await client.request('tools/list')).result;
      assert.deepEqual((await client.request('tools/list')).result, first, 'the same twice');
      lists.set(shape, first);
      assert.equal((await client.close()).code, 0);
    });
  }
  await t.test('all are the same', () => {
    assert.equal(lists.size, Object.keys(shapes).length);
    for (const [shape, list] of lists) assert.deepEqual(list, lists.get('Claude Desktop'), shape);
  });
  await t.test('the order of the file is that of the list', async () => {
    const turned = Object.fromEntries(Object.entries(servers).reverse());
    const client = await open(serversFile({ mcpServers: turned }));
    const names = await listed(() => toolNames(client), SERVERS);
    assert.deepEqual([...new Set(names.map(serverOf))], SERVERS.toReversed());
    await client.close();
  });
});

test('everything reaches the server it is for', async (t) => {
  const store = path.join(temporaryFolder(), 'aegis.db');
  const client = await open(serversFile({ mcpServers: all() }), { store });
  await listed(() => toolNames(client), SERVERS);

  await t.test('calls', async () => {
    for (const [tool, args, expected] of [
      ['everything__echo', { message: 'one' }, /Echo: one/], ['remote__echo', { message: 'two' }, /Echo: two/], ['modern__echo', { message: 'three' }, /Echo: three/],
      ['files__list_allowed_directories', {}, new RegExp(notes)], ['memory__create_entities', { entities: [{ name: 'Ada', entityType: 'person', observations: ['wrote'] }] }, /Ada/],
      ['memory__read_graph', {}, /Ada/], ['everything__get-env', {}, /set for this server/],
    ]) {
      const answer = await client.call(tool, args);
      assert.ok(answer.result && !answer.result.isError, `${tool}: ${JSON.stringify(answer).slice(0, 300)}`);
      assert.match(toolText(answer), expected, tool);
    }
    const env = await client.call('remote__get-env');
    assert.doesNotMatch(toolText(env), /set for this server/, 'the variable is one server’s own');
  });
  await t.test('calls for nobody are refused with a reason', async () => {
    for (const tool of ['nobody__echo', 'echo', 'everything', 'everything__', '__echo', '']) {
      const answer = await client.call(tool, { message: 'x' });
      assert.ok(answer.error ?? answer.result?.isError, `${tool}: ${JSON.stringify(answer)}`);
      if (answer.error) assert.equal(answer.error.code, -32602, tool);
    }
  });
  await t.test('resources, by their own URI and by server__URI', async () => {
    const { result } = await client.request('resources/list');
    const uris = result.resources.map(({ uri }) => uri);
    assert.ok(uris.includes('test://watched') && uris.includes('demo://resource/static/document/features.md'), uris.join());
    assert.ok(result.resources.every(({ name }) => SERVERS.includes(serverOf(name))));
    for (const [uri, expected] of [
      ['test://watched', 'Watch me.'], ['modern__test://watched', 'Watch me.'], ['demo://resource/static/document/features.md', 'Features'],
      ['everything__demo://resource/static/document/features.md', 'Features'], ['remote__demo://resource/static/document/features.md', 'Features'],
      ['demo://resource/dynamic/text/1', 'Resource 1'], ['remote__demo://resource/dynamic/text/2', 'Resource 2'],
    ]) {
      const answer = await client.request('resources/read', { uri });
      assert.ok(answer.result, `${uri}: ${JSON.stringify(answer)}`);
      assert.ok(answer.result.contents[0].text.includes(expected), `${uri}: ${JSON.stringify(answer.result).slice(0, 200)}`);
    }
    const isRead = ({ operation }) => operation === 'resources/read';
    const reads = (await logOf(store, (entries) => entries.filter(isRead).length >= 7)).filter(isRead);
    const whose = reads.toReversed().map(({ server }) => server);
    assert.deepEqual(whose, ['modern', 'modern', 'everything', 'everything', 'remote', 'everything', 'remote']);
    const missing = await client.request('resources/read', { uri: 'nothing://here' });
    assert.ok(missing.error, JSON.stringify(missing));
    assert.ok((await client.request('resources/read', { uri: 'nobody__test://watched' })).error);
  });
  await t.test('templates', async () => {
    const { result } = await client.request('resources/templates/list');
    assert.ok(result.resourceTemplates.some(({ uriTemplate }) => uriTemplate.includes('demo://resource/dynamic/text/{')), JSON.stringify(result));
  });
  await t.test('prompts', async () => {
    const { result } = await client.request('prompts/list');
    assert.deepEqual([...new Set(result.prompts.map(({ name }) => serverOf(name)))], ['everything', 'remote']);
    const got = await client.request('prompts/get', { name: 'remote__args-prompt', arguments: { city: 'Turin' } });
    assert.match(got.result.messages[0].content.text, /Turin/);
    assert.equal((await client.request('prompts/get', { name: 'nobody__x' })).error.code, -32602);
  });
  await t.test('completion', async () => {
    const ref = { type: 'ref/prompt', name: 'everything__completable-prompt' };
    const department = await client.request('completion/complete', { ref, argument: { name: 'department', value: 'S' } });
    assert.deepEqual(department.result.completion.values, ['Sales', 'Support']);
    const member = await client.request('completion/complete', { ref, argument: { name: 'name', value: '' }, context: { arguments: { department: 'Sales' } } });
    assert.deepEqual(member.result.completion.values, ['David', 'Eve', 'Frank']);
    const uri = { type: 'ref/resource', uri: 'demo://resource/dynamic/text/{resourceId}' };
    const resource = await client.request('completion/complete', { ref: uri, argument: { name: 'resourceId', value: '7' } });
    assert.deepEqual(resource.result?.completion.values, ['7'], JSON.stringify(resource));
  });
  await t.test('the log has every server by its own name', async () => {
    const isCall = ({ operation }) => operation === 'tools/call';
    const isRead = ({ server, target }) => server === 'memory' && target === 'read_graph';
    const calls = (await logOf(store, (entries) => entries.some(isRead))).filter(isCall);
    assert.deepEqual([...new Set(calls.map(({ server }) => server))].sort(), SERVERS);
    assert.ok(calls.some(isRead), 'a tool stands there by the name its server has for it');
  });
  assert.equal((await client.close()).code, 0);
});

// The play of a server, with the names its tools have behind the gateway. Two servers have the same resources: those of
// the later one are asked for by its name.
const within = (server, play) => Object.fromEntries(Object.entries(play).map(([feature, scene]) => [feature, {
  ...scene, ...(scene.tool && { tool: `${server}__${scene.tool}` }), ...(scene.witness && { witness: `${server}__${scene.witness}` }),
  ...(scene.uri && server === 'remote' && { uri: `remote__${scene.uri}` }),
}]));
const ACTORS = ['TypeScript SDK 1.32', 'TypeScript SDK 2.4, 2026-07-28'];
const PLAYED = { everything: 'everything', remote: 'everything', modern: 'modern' };

async function performed(actor, target, server) {
  const outcome = await CLIENTS[actor](target, within(server, PLAYS[PLAYED[server]]));
  const failures = FEATURES.filter((feature) => outcome[feature].no !== undefined).map((feature) => `  ${feature}: ${outcome[feature].no}`);
  if (failures.length > 0) assert.fail(`${actor} with ${server}:\n${failures.join('\n')}`);
  return outcome;
}

test('elicitation, sampling, progress, cancellation and subscriptions, for either era', async (t) => {
  const file = serversFile({ mcpServers: all() });
  for (const actor of ACTORS) {
    for (const server of Object.keys(PLAYED)) {
      await t.test(`${actor}, ${server}`, async () => {
        const [command, ...args] = gateway(file);
        await performed(actor, { command, args }, server);
      });
    }
  }
});

test('servers that fail do not touch the others', async (t) => {
  const secrets = ['quiet-value-of-a-variable', 'quiet-value-of-a-header', 'quiet-value-in-a-wrong-place'];
  const closed = `http://127.0.0.1:${await freePort()}/mcp`;
  const faulty = {
    missing: entry(['/nonexistent/server'], { TOKEN: secrets[0] }),
    crashing: entry([process.execPath, '-e', 'process.exit(3)'], { TOKEN: secrets[0] }),
    hanging: entry([process.execPath, '-e', 'process.stdin.resume()'], { TOKEN: secrets[0] }),
    invalid: { command: process.execPath, args: 'not a list', env: { TOKEN: secrets[2] } },
    unset: { command: process.execPath, args: ['${E2E_NOT_SET}'], env: { TOKEN: secrets[2] } },
    refusing: { url: closed, headers: { Authorization: `Bearer ${secrets[1]}` } },
  };
  const file = serversFile({ mcpServers: { ...faulty, shop: entry(fixture('unruly')), files: entry(filesystem(notes)) } });
  const client = new RawClient(gateway(file));
  const start = Date.now();

  await t.test('the session opens in time', async () => {
    assert.ok((await client.initialize(LEGACY)).result);
    assert.ok(Date.now() - start < START, `${Date.now() - start} ms`);
  });
  await t.test('the others are listed, in time', async () => {
    const asked = Date.now();
    const names = await toolNames(client);
    assert.deepEqual([...new Set(names.map(serverOf))], ['shop', 'files']);
    assert.ok(Date.now() - asked < START, `${Date.now() - asked} ms`);
  });
  await t.test('and work at once', async () => {
    const asked = Date.now();
    assert.equal(toolText(await client.call('shop__echo', { message: 'open' })), 'open');
    assert.match(toolText(await client.call('files__list_allowed_directories')), new RegExp(notes));
    assert.ok(Date.now() - asked < 2_000, `${Date.now() - asked} ms`);
  });
  await t.test('a call for one that is down gets an error that names it', async () => {
    for (const server of ['missing', 'crashing', 'refusing']) {
      const { error, result } = await client.call(`${server}__echo`, {}, { milliseconds: START });
      const said = error?.message ?? (result?.isError && toolText({ result }));
      assert.ok(said, `${server}: ${JSON.stringify(result)}`);
      assert.match(said, new RegExp(`\\b${server}\\b`));
    }
  });
  for (const server of Object.keys(faulty)) {
    await t.test(`stderr names ${server}`, () => eventually(() => new RegExp(`\\b${server}\\b`).test(client.stderr), `${server} on stderr: ${client.stderr}`, 3_000));
  }
  await t.test('no secret is on stderr', () => {
    for (const secret of secrets) assert.ok(!client.stderr.includes(secret), client.stderr);
  });
  await t.test('the end is quick and leaves nothing', async () => {
    const children = childrenOf(client.pid);
    const asked = Date.now();
    assert.equal((await client.close()).code, 0);
    assert.ok(Date.now() - asked < 5_000, `${Date.now() - asked} ms`);
    await assertGone(children);
  });
});

test('a file without one usable server is refused', async (t) => {
  for (const [what, content] of [['no server', { mcpServers: {} }], ['none valid', { mcpServers: { x: { args: [] } } }], ['no JSON', '{'], ['another file', { hello: 1 }]]) {
    await t.test(what, async () => {
      const client = new RawClient(gateway(serversFile(content, 'those.json')));
      assert.equal((await client.exited).code, 2);
      assert.match(client.stderr, /those\.json/);
    });
  }
  await t.test('no file', async () => {
    const client = new RawClient(gateway('/nonexistent/servers.json'));
    assert.equal((await client.exited).code, 2);
    assert.match(client.stderr, /nonexistent\/servers\.json/);
  });
});

test('a server that dies in mid-call', async (t) => {
  const pids = path.join(folder, 'shop.json');
  const file = serversFile({ mcpServers: { shop: entry(fixture('unruly'), { FIXTURE_PIDS: pids }), other: entry(fixture('unruly')), everything: entry(EVERYTHING) } });
  const client = await open(file);
  await listed(() => toolNames(client), ['shop', 'other', 'everything']);
  const first = await pidIn(pids);
  const hanging = client.call('shop__hang');
  const elsewhere = client.call('everything__trigger-long-running-operation', { duration: 1, steps: 2 });
  await client.call('shop__echo', { message: 'both are on their way' });
  const news = client.received().filter((line) => line.includes('tools/list_changed')).length;
  process.kill(first, 'SIGKILL');

  await t.test('its waiting call gets an error that names it', async () => {
    const { error } = await hanging;
    assert.match(error.message, /\bshop\b/);
    assert.match(error.message, /signal 9|SIGKILL/);
  });
  await t.test('the others go on', async () => {
    assert.equal(toolText(await client.call('other__echo', { message: 'still here' })), 'still here');
    assert.ok((await elsewhere).result);
  });
  await t.test('it is started again and works', async () => {
    const answer = await eventually(async () => {
      const { result } = await client.call('shop__echo', { message: 'back' });
      return result && !result.isError && { result };
    }, 'an answer of the new instance');
    assert.equal(toolText(answer), 'back');
    const second = await pidIn(pids);
    assert.ok(second !== first && alive(second));
  });
  await t.test('the client was told that the tools have changed', () =>
    eventually(() => client.received().filter((line) => line.includes('tools/list_changed')).length > news, 'list_changed'));
  await t.test('and finds them again', async () => { assert.ok((await toolNames(client)).includes('shop__echo')); });
  assert.equal((await client.close()).code, 0);
});

test('a server that dies again and again is tried again, and the others stay', async () => {
  const pids = path.join(folder, 'again.json');
  const client = await open(serversFile({ mcpServers: { shop: entry(fixture('unruly'), { FIXTURE_PIDS: pids }), other: entry(fixture('unruly')) } }));
  await listed(() => toolNames(client), ['shop', 'other']);
  for (let times = 0; times < 3; times++) {
    const { error } = await client.call('shop__crash', {}, { milliseconds: 15_000 });
    assert.match(error?.message ?? 'no error', /\bshop\b/);
    assert.equal(toolText(await client.call('other__echo', { message: 'still here' })), 'still here');
    await eventually(async () => (await client.call('shop__echo', { message: 'back' }, { milliseconds: 15_000 })).result, 'the server’s return', 15_000);
  }
  await client.close();
});

// What both fronts are asked: {names(), call(name, args)}.
const overStdio = (client) => ({ names: () => toolNames(client), call: async (name, args) => toolText(await client.call(name, args)) });
const overHttp = (caller) => ({
  names: async () => (await caller.ask('tools/list')).result.tools.map(({ name }) => name), call: (name, args) => caller.call(name, args),
});

async function reloaded(t, { file, pidFiles, hangUp, face, news, said }) {
  const server = (name) => entry(fixture('unruly'), { FIXTURE_PIDS: pidFiles[name] });
  await listed(face.names, ['stays', 'goes', 'changes']);
  const before_ = Object.fromEntries(await Promise.all(['stays', 'goes', 'changes'].map(async (name) => [name, await pidIn(pidFiles[name])])));

  await t.test('what the file says now is what is listed', async () => {
    writeServers(file, { mcpServers: { comes: server('comes'), stays: server('stays'), changes: { ...server('changes'), args: [...server('changes').args, '--outlive-input'] } } });
    hangUp();
    await eventually(async () => {
      const servers = [...new Set((await face.names()).map(serverOf))];
      return servers.join() === 'comes,stays,changes';
    }, 'the new list');
    assert.equal(await face.call('comes__echo', { message: 'new' }), 'new');
    assert.equal(await face.call('changes__echo', { message: 'changed' }), 'changed');
  });
  await t.test('the client is told', () => eventually(news, 'list_changed'));
  await t.test('a server that is gone ends, one that is the same keeps its process', async () => {
    await assertGone([before_.goes, before_.changes]);
    assert.equal(await pidIn(pidFiles.stays), before_.stays);
    assert.ok(alive(before_.stays));
    assert.notEqual(await pidIn(pidFiles.changes), before_.changes);
    await assert.rejects(async () => assert.fail(await face.call('goes__echo', { message: 'x' }).catch((error) => { throw new Error(error.message); })));
  });
  await t.test('a file that is broken changes nothing', async () => {
    writeServers(file, '{ "mcpServers": ');
    hangUp();
    await eventually(() => /stay as they were/.test(said()), 'the complaint');
    assert.equal(await face.call('stays__echo', { message: 'still here' }), 'still here');
    assert.equal(await face.call('comes__echo', { message: 'still here' }), 'still here');
    assert.equal(await pidIn(pidFiles.stays), before_.stays);
  });
}
function toReload() {
  const place = temporaryFolder();
  const pidFiles = Object.fromEntries(['stays', 'goes', 'changes', 'comes'].map((name) => [name, path.join(place, `${name}.json`)]));
  const mcpServers = Object.fromEntries(['stays', 'goes', 'changes'].map((name) => [name, entry(fixture('unruly'), { FIXTURE_PIDS: pidFiles[name] })]));
  return { pidFiles, file: serversFile({ mcpServers }) };
}

test('SIGHUP reads the file again, on stdio', async (t) => {
  const { file, pidFiles } = toReload();
  const client = await open(file);
  const changes = () => client.received().filter((line) => line.includes('tools/list_changed')).length;
  await listed(() => toolNames(client), ['stays', 'goes', 'changes']);
  const old = changes();
  const hangUp = () => client.child.kill('SIGHUP');
  await reloaded(t, { file, pidFiles, hangUp, face: overStdio(client), news: () => changes() > old, said: () => client.stderr });
  assert.equal((await client.close()).code, 0);
});

test('SIGHUP reads the file again, over HTTP', async (t) => {
  const { file, pidFiles } = toReload();
  const server = await listen(gateway(file, { options: ['--http', '127.0.0.1:0'] }));
  const caller = new Caller(server.url, LEGACY);
  await caller.open();
  let told = 0;
  const stream = await fetch(server.url, { headers: { Accept: 'text/event-stream', ...caller.session } });
  assert.equal(stream.status, 200);
  (async () => {
    for await (const chunk of stream.body) told += Buffer.from(chunk).toString().includes('tools/list_changed') ? 1 : 0;
  })().catch(() => {});
  await listed(overHttp(caller).names, ['stays', 'goes', 'changes']);
  const old = told;
  const hangUp = () => server.child.kill('SIGHUP');
  await reloaded(t, { file, pidFiles, hangUp, face: overHttp(caller), news: () => told > old, said: server.stderr });
  caller.close();
  await server.stop();
});

test('a server that does not want to go holds up no other', async () => {
  const pids = path.join(folder, 'stubborn.json');
  const shop = entry(fixture('unruly'));
  const file = serversFile({ mcpServers: { stubborn: entry(fixture('unruly', '--ignore-sigterm'), { FIXTURE_PIDS: pids }), shop } });
  const client = await open(file);
  await listed(() => toolNames(client), ['stubborn', 'shop']);
  writeServers(file, { mcpServers: { shop } });
  client.child.kill('SIGHUP');
  await client.until(({ method }) => method === 'notifications/tools/list_changed', 'list_changed');
  const asked = Date.now();
  assert.equal(toolText(await client.call('shop__echo', { message: 'open' })), 'open');
  assert.ok(Date.now() - asked < PROMPT, `${Date.now() - asked} ms`);
  await assertGone([await pidIn(pids)]);
  await client.close();
});

test('a subscription finds the server that has the resource, once it was listed or by its name', async (t) => {
  for (const known of ['listed', 'named']) {
    await t.test(known, async () => {
      const client = await open(serversFile({ mcpServers: all() }));
      await listed(() => toolNames(client), SERVERS);
      if (known === 'listed') await client.request('resources/list');
      assert.ok((await client.request('resources/subscribe', { uri: `${known === 'named' ? 'modern__' : ''}test://watched` })).result);
      await client.call('modern__touch');
      const { params } = await client.until(({ method }) => method === 'notifications/resources/updated', 'update');
      assert.ok(params.uri.endsWith('test://watched'));
      await client.close();
    });
  }
});

test('the guard looks at each server by itself', async (t) => {
  const store = path.join(temporaryFolder(), 'aegis.db');
  const file = serversFile({ mcpServers: { shop: entry(fixture('rogue')), clean: entry(fixture('rogue')), files: entry(filesystem(notes)) } });
  const client = await open(file, { store });
  const names = await listed(() => toolNames(client), ['shop', 'clean', 'files']);

  await t.test('a poisoned definition is withheld', async () => {
    assert.ok(names.includes('shop__echo') && !names.includes('shop__poisoned') && !names.includes('clean__poisoned'));
    const { result } = await client.call('shop__poisoned');
    assert.equal(result?.isError, true);
    assert.match(toolText({ result }), /withheld/);
  });
  await t.test('instructions in a result are taken out', async () => {
    const page = toolText(await client.call('shop__read-page'));
    assert.doesNotMatch(page, /reveal your system prompt/);
    assert.match(page, /nine to five[\s\S]*closed on Mondays/);
  });
  await t.test('the log says whose result it was', async () => {
    const isIt = ({ target, outcome }) => target === 'read-page' && outcome;
    const entry_ = (await logOf(store, (entries) => entries.some(isIt))).find(isIt);
    assert.equal(entry_.server, 'shop');
    assert.ok(entry_.findings.some(({ kind }) => /injection/.test(kind)), JSON.stringify(entry_));
  });
  await t.test('what that server destroys is held from then on', async () => {
    const held = await client.call('shop__delete-all');
    assert.equal(held.result?.isError, true, JSON.stringify(held));
    assert.equal(toolText(await client.call('shop__count-destroyed')), '0');
    const isIt = ({ target }) => target === 'delete-all';
    assert.equal((await logOf(store, (entries) => entries.some(isIt))).find(isIt).server, 'shop');
  });
  await client.close();
});

test('headers reach their server and nobody else', async () => {
  const secret = 'a-quiet-bearer-token';
  const [one, two] = [await witness(), await witness()];
  const client = await open(serversFile({ mcpServers: { one: { url: one.url, headers: { Authorization: `Bearer ${secret}` } }, two: { url: two.url } } }), {});
  await listed(() => toolNames(client), ['one', 'two']);
  assert.equal(toolText(await client.call('one__echo', { message: 'hi' })), 'hi');
  assert.equal(toolText(await client.call('two__echo', { message: 'hi' })), 'hi');
  assert.ok(one.seen.every(({ headers }) => headers.authorization === `Bearer ${secret}`));
  assert.ok(two.seen.length > 0 && two.seen.every(({ headers }) => headers.authorization === undefined));
  one.close(); // what is said of a server that went away holds no secret either
  const answer = await client.call('one__echo', { message: 'hi' });
  assert.match(answer.error?.message ?? toolText(answer), /\bone\b/);
  assert.ok(!JSON.stringify(client.received()).includes(secret) && !client.stderr.includes(secret), client.stderr);
  await client.close();
  two.close();
});

test('over HTTP, two clients at once', async (t) => {
  const server = await listen(gateway(serversFile({ mcpServers: all() }), { options: ['--http', '127.0.0.1:0'] }));
  await t.test('of either era, with every feature', async () => {
    const outcomes = await Promise.all(ACTORS.map((actor) => performed(actor, { url: server.url }, 'everything')));
    assert.deepEqual(outcomes.map(({ open: { yes } }) => yes), [LEGACY, MODERN]);
    await Promise.all(ACTORS.map((actor) => performed(actor, { url: server.url }, 'modern')));
  });
  await t.test('list the same', async () => {
    const callers = [new Caller(server.url, LEGACY), new Caller(server.url, MODERN)];
    const lists = [];
    for (const caller of callers) {
      await caller.open();
      lists.push(await listed(overHttp(caller).names, SERVERS));
      caller.close();
    }
    assert.deepEqual(lists[0], lists[1]);
  });
  await t.test('a session’s servers end with it', async () => {
    const known = childrenOf(server.pid);
    const caller = new Caller(server.url, LEGACY);
    await caller.open();
    await listed(overHttp(caller).names, SERVERS);
    const own = childrenOf(server.pid).filter((pid) => !known.includes(pid));
    assert.equal(own.length, 4, 'one process for each server over stdio');
    assert.equal(Math.floor((await caller.end()) / 100), 2);
    await assertGone(own);
    assert.ok(alive(server.pid));
    caller.close();
  });
  await t.test('SIGTERM ends everything', async () => {
    const children = childrenOf(server.pid);
    assert.ok(children.length > 0);
    const start = Date.now();
    await server.stop();
    assert.ok(Date.now() - start < 3_000, `${Date.now() - start} ms`);
    await assertGone(children, 1_000);
  });
});

test('on stdio, no process is left', async (t) => {
  for (const [what, end] of Object.entries({
    'when the client ends': (client) => client.child.stdin.end(), 'after SIGTERM': (client) => client.child.kill('SIGTERM'), 'after SIGKILL': (client) => client.child.kill('SIGKILL'),
  })) {
    await t.test(what, async () => {
      const client = await open(serversFile({ mcpServers: all() }));
      await listed(() => toolNames(client), SERVERS);
      const children = childrenOf(client.pid);
      assert.equal(children.length, 4);
      const start = Date.now();
      end(client);
      await client.exited;
      assert.ok(Date.now() - start < PROMPT, `${Date.now() - start} ms, though every server ends as soon as its input does`);
      await assertGone(children);
    });
  }
});
