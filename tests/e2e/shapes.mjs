// `aegis-mcp wrap` with a port in front of it, an address behind it, or both: a child for each session and its end, who
// may come in, what passes on and what does not, and that nothing outlives its use.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { BINARY, EVERYTHING, ROOT, fixture, temporaryFolder, wrapped } from './lib/env.mjs';
import { logOf } from './lib/gateways.mjs';
import { Caller, LEGACY, MODERN } from './lib/http_client.mjs';
import { listen, stopAll } from './lib/listening.mjs';
import { alive, assertGone, childrenOf, eventually } from './lib/processes.mjs';
import { RawClient, endAll } from './lib/stdio.mjs';
import { witness } from './lib/witness.mjs';

const ECHO = process.env.AEGIS_ECHO_SERVER ?? path.join(ROOT, 'build/release/tests/e2e_echo_server');
const CHILD_LIMIT = 256; // conversations that run a child each; docs/limits.md
const END = 3_000; // milliseconds a guard may take to go, whatever its server does

after(async () => {
  endAll();
  await stopAll();
});

function wrap(behind, { store = path.join(temporaryFolder(), 'aegis.db'), address = '127.0.0.1:0', options = [] } = {}) {
  return [BINARY, 'wrap', '--name', 'shop', '--store', store, '--http', address, ...options, ...behind];
}
const inFrontOf = (command, more) => listen(wrap(['--', ...command], more));
async function opened(server, era = LEGACY, headers) {
  const caller = new Caller(server.url, era, headers);
  await caller.open();
  return caller;
}
const said = (error) => error.answer?.error?.message ?? error.message;
const failure = (promise) => promise.then((value) => assert.fail(`a refusal was due, this came: ${JSON.stringify(value)}`), (error) => {
  if (error instanceof assert.AssertionError) throw error;
  return error;
});

test('a session has a child of its own', async (t) => {
  const server = await inFrontOf(fixture('unruly'));
  assert.deepEqual(childrenOf(server.pid), [], 'nothing runs before it is needed');
  const one = await opened(server);
  assert.equal(await one.call('echo', { message: 'one' }), 'one');
  const [first] = childrenOf(server.pid);
  const two = await opened(server);
  assert.equal(await two.call('echo', { message: 'two' }), 'two');
  const second = childrenOf(server.pid).find((pid) => pid !== first);
  assert.ok(second, 'the second session has another');

  await t.test('which ends with DELETE', async () => {
    assert.equal(Math.floor((await one.end()) / 100), 2);
    await assertGone([first]);
    assert.ok(alive(second));
    assert.equal(await two.call('echo', { message: 'still here' }), 'still here');
  });
  await t.test('after which the session is unknown, and the answer says what to do', async () => {
    const refused = await failure(one.call('echo', { message: 'late' }));
    assert.equal(refused.status, 404);
    assert.match(said(refused), /session/i);
    assert.match(said(refused), /initialize|start|again/i);
  });
  await t.test('as is one that never was', async () => {
    const stranger = new Caller(server.url, LEGACY);
    stranger.session = { 'Mcp-Session-Id': '00000000-0000-4000-8000-000000000000', 'MCP-Protocol-Version': LEGACY };
    assert.equal((await failure(stranger.call('echo', { message: 'x' }))).status, 404);
    stranger.close();
  });
  await t.test('modern clients need none', async () => {
    const modern = await opened(server, MODERN);
    assert.equal(await modern.call('echo', { message: 'three' }), 'three');
    const known = childrenOf(server.pid);
    const another = await opened(server, MODERN);
    assert.equal(await another.call('echo', { message: 'four' }), 'four');
    assert.deepEqual(childrenOf(server.pid), known, 'two of the same make share one');
    modern.close();
    another.close();
  });
  one.close();
  two.close();
  const children = childrenOf(server.pid);
  await server.stop();
  await assertGone(children, 500);
});

test('a child that dies is started again', async (t) => {
  for (const era of [LEGACY, MODERN]) {
    await t.test(era, async () => {
      const server = await inFrontOf(fixture('unruly'));
      for (let times = 0; times < (era === LEGACY ? 5 : 0); times++) { // each session anew: it is a question of time
        const one = await opened(server, era);
        await failure(one.call('crash', {}));
        assert.equal(await one.call('echo', { message: 'at once' }), 'at once');
        await one.end();
        one.close();
      }
      await eventually(() => childrenOf(server.pid).length === 0, 'the end of those sessions');
      const caller = await opened(server, era);
      assert.equal(await caller.call('echo', { message: 'up' }), 'up');
      const [first] = childrenOf(server.pid);
      const lost = await failure(caller.call('crash', {}));
      assert.match(said(lost), /\bshop\b/);
      assert.match(said(lost), /signal 9|SIGKILL/);
      assert.equal(await caller.call('echo', { message: 'back' }), 'back', 'the very next call works');
      const [second] = childrenOf(server.pid);
      assert.ok(second && second !== first);
      caller.close();
      await server.stop();
    });
  }
});

test('a server that cannot be started is named in the answer', async () => {
  const server = await inFrontOf(['/nonexistent/server']);
  for (const era of [LEGACY, MODERN]) {
    const caller = new Caller(server.url, era);
    const refused = await failure(caller.open().then(() => caller.call('echo', { message: 'x' })));
    assert.match(said(refused), /shop|nonexistent/, era);
    caller.close();
  }
  assert.ok(alive(server.pid), 'the guard goes on');
  await server.stop();
});

test('the limit of sessions is told and gives way', async (t) => {
  if (!existsSync(ECHO)) throw new Error(`the echo server is not at ${ECHO}: build the target e2e_echo_server`);
  const server = await inFrontOf([ECHO]);
  const callers = Array.from({ length: CHILD_LIMIT }, () => new Caller(server.url, LEGACY));
  const waiting = [...callers];
  await Promise.all(Array.from({ length: 8 }, async () => { for (let next = waiting.shift(); next; next = waiting.shift()) await next.open(); }));
  const more = new Caller(server.url, LEGACY);
  await t.test('one more is refused with a reason', async () => {
    const refused = await failure(more.open());
    assert.match(said(refused), new RegExp(`${CHILD_LIMIT}`));
    assert.match(said(refused), /limit/);
    assert.ok(!refused.status || refused.status === 503 || refused.status === 429 || refused.status === 200, `HTTP ${refused.status}`);
  });
  await t.test('those that are open work', async () => { assert.ok((await callers.at(-1).ask('tools/list')).result); });
  await t.test('and when one ends there is room', async () => {
    await callers[0].end();
    await eventually(() => more.open().then(() => true, () => false), 'room for one more');
  });
  const children = childrenOf(server.pid);
  for (const caller of [...callers, more]) caller.close();
  const start = Date.now();
  await server.stop();
  await t.test(`all ${CHILD_LIMIT} children end in time`, async () => {
    assert.ok(Date.now() - start < END, `${Date.now() - start} ms`);
    await assertGone(children, 500);
  });
});

test('who may come in', async (t) => {
  const store = path.join(temporaryFolder(), 'aegis.db');
  await t.test('a port for other machines without any key is refused', () => {
    for (const address of ['0.0.0.0:0', '[::]:0']) {
      let ended;
      try {
        execFileSync(BINARY, wrap(['--', ...fixture('unruly')], { store, address }).slice(1), { encoding: 'utf8', timeout: 10_000, stdio: 'pipe' });
      } catch (error) {
        ended = error;
      }
      assert.equal(ended?.status, 2, `${address}: ${ended?.stderr}`);
      assert.match(ended.stderr, /agents register/);
      assert.match(ended.stderr, /127\.0\.0\.1/);
    }
  });

  const { key } = JSON.parse(execFileSync(BINARY, ['agents', 'register', 'visitor', '--json', '--store', store], { encoding: 'utf8' }));
  const behind = await witness();
  const server = await listen(wrap(['--url', behind.url], { store, address: '0.0.0.0:0' }));
  server.url = server.url.replace('0.0.0.0', '127.0.0.1');
  const good = { Authorization: `Bearer ${key}` };
  await t.test('with one, a request without it is answered 401', async () => {
    for (const headers of [{}, { Authorization: 'Bearer aais_wrong' }, { Authorization: `Basic ${btoa(`visitor:${key}`)}` }, { Authorization: 'Bearer' }]) {
      for (const era of [LEGACY, MODERN]) {
        const caller = new Caller(server.url, era, headers);
        const refused = await failure(caller.open().then(() => caller.call('echo', { message: 'x' })));
        assert.equal(refused.status, 401, `${JSON.stringify(headers)}, ${era}: ${refused.message}`);
        assert.match(refused.headers['www-authenticate'], /^Bearer/);
        caller.close();
      }
    }
    assert.equal(behind.seen.length, 0, 'nothing of it reached the server');
  });
  await t.test('with it all works, and the log has the agent’s name', async () => {
    for (const era of [LEGACY, MODERN]) {
      const caller = await opened(server, era, good);
      assert.equal(await caller.call('echo', { message: era }), era);
      caller.close();
    }
    const isCall = ({ operation }) => operation === 'tools/call';
    const calls = (await logOf(store, (entries) => entries.filter(isCall).length >= 2, 'visitor')).filter(isCall);
    assert.deepEqual(calls.map(({ server: name, target }) => `${name} ${target}`), ['shop echo', 'shop echo']);
  });
  await t.test('the server behind never sees the key', () => {
    assert.ok(behind.seen.length > 0);
    for (const { method, headers } of behind.seen) {
      assert.equal(headers.authorization, undefined, method);
      assert.ok(!JSON.stringify(headers).includes(key), method);
    }
  });
  await t.test('a session is its agent’s own', async () => {
    const other = JSON.parse(execFileSync(BINARY, ['agents', 'register', 'other', '--json', '--store', store], { encoding: 'utf8' }));
    const mine = await opened(server, LEGACY, good);
    const thief = new Caller(server.url, LEGACY);
    thief.session = { ...mine.session, Authorization: `Bearer ${other.key}` };
    const refused = await failure(thief.call('echo', { message: 'x' }));
    assert.ok(refused.status === 404 || refused.status === 403, refused.message);
    mine.close();
    thief.close();
  });
  await t.test('a killed agent’s calls are denied from then on', async () => {
    const caller = await opened(server, LEGACY, good);
    execFileSync(BINARY, ['kill', 'visitor', '--store', store]);
    const before = behind.seen.filter(({ method }) => method === 'tools/call').length;
    const outcome = await caller.ask('tools/call', { name: 'echo', arguments: { message: 'x' } }).catch((error) => error);
    assert.ok(outcome instanceof Error || outcome.error || outcome.result.isError, JSON.stringify(outcome));
    assert.equal(behind.seen.filter(({ method }) => method === 'tools/call').length, before);
    caller.close();
  });
  await t.test('the key is in no log', () => {
    assert.ok(!server.stderr().includes(key), server.stderr());
  });
  await server.stop();
  behind.close();
});

test('a server by its address', async (t) => {
  const secret = 'a-quiet-upstream-token';
  const headers = ['--header', `Authorization: Bearer ${secret}`, '--header', 'X-Team: blue'];
  const everywhere = (folder) => readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'latin1')).join('\n');

  await t.test('from stdio: its headers reach it and appear nowhere else', async () => {
    const behind = await witness();
    const folder = temporaryFolder();
    const client = new RawClient([BINARY, '--log-level', 'debug', 'wrap', '--store', path.join(folder, 'aegis.db'), '--url', behind.url, ...headers]);
    assert.equal((await client.initialize()).result.serverInfo.name, 'witness');
    assert.equal((await client.call('echo', { message: 'hi' })).result.content[0].text, 'hi');
    assert.ok(behind.seen.every((one) => one.headers.authorization === `Bearer ${secret}` && one.headers['x-team'] === 'blue'), JSON.stringify(behind.seen));
    behind.close();
    const lost = await client.call('echo', { message: 'hi' });
    assert.ok(lost.error ?? lost.result.isError, 'a server that is gone is an error');
    assert.ok(!JSON.stringify(lost).includes(secret));
    const start = Date.now();
    assert.equal((await client.close()).code, 0);
    assert.ok(Date.now() - start < 1_500, `the end took ${Date.now() - start} ms`);
    assert.ok(!client.stderr.includes(secret), client.stderr);
    assert.ok(!everywhere(folder).includes(secret), 'the store');
  });
  await t.test('over HTTP too, also for a client that sends its own', async () => {
    const behind = await witness();
    const server = await listen(wrap(['--url', behind.url, ...headers], { options: ['--log-level', 'debug'] }));
    for (const era of [LEGACY, MODERN]) {
      const caller = await opened(server, era, { 'X-Team': 'red', Cookie: 'session=mine' });
      assert.equal(await caller.call('echo', { message: era }), era);
      caller.close();
    }
    for (const { method, headers: got } of behind.seen) {
      assert.equal(got.authorization, `Bearer ${secret}`, method);
      assert.equal(got['x-team'], 'blue', method);
      assert.equal(got.cookie, undefined, method);
    }
    await server.stop();
    assert.ok(!server.stderr().includes(secret), server.stderr());
    behind.close();
  });
  await t.test('one that cannot be reached is an error that says so, without the secret', async () => {
    const behind = await witness();
    behind.close();
    const client = new RawClient([BINARY, 'wrap', '--name', 'shop', '--store', path.join(temporaryFolder(), 'aegis.db'), '--url', behind.url, ...headers]);
    const answer = await client.request('initialize', { protocolVersion: LEGACY, capabilities: {}, clientInfo: { name: 'e2e', version: '1.0.0' } });
    assert.match(answer.error.message, /\bshop\b/);
    assert.ok(!JSON.stringify(answer).includes(secret) && !client.stderr.includes(secret));
    await client.close();
  });
  await t.test('bad usage is refused with exit code 2 and no secret', async () => {
    for (const args of [['--url', 'ftp://example.com'], ['--url', 'not a url'], ['--url', 'http://127.0.0.1:1/mcp', '--header', secret], ['--header', `A: ${secret}`, '--', 'x'],
      ['--url', 'http://127.0.0.1:1/mcp', '--header', `A: ${secret}\r\nB: c`], ['--url', 'http://127.0.0.1:1/mcp', '--', 'x'], []]) {
      const client = new RawClient([BINARY, 'wrap', ...args]);
      const { code } = await Promise.race([client.exited, new Promise((resolve) => { setTimeout(resolve, 5_000, { code: 'still running' }).unref(); })]);
      assert.equal(code, 2, `${args.join(' ')}: ${client.stderr}`);
      assert.ok(!client.stderr.includes(secret), client.stderr);
    }
  });
});

test('SIGTERM ends everything in time', async (t) => {
  const cases = {
    'children that end when asked': { command: fixture('unruly') },
    'children that ignore it': { command: fixture('unruly', '--ignore-sigterm', '--grandchild') },
    'children in mid-call': { command: fixture('unruly'), busy: true },
    'server-everything': { command: EVERYTHING },
  };
  for (const [what, { command, busy }] of Object.entries(cases)) {
    for (const signal of ['SIGTERM', 'SIGINT']) {
      await t.test(`${what}, ${signal}`, async () => {
        const server = await inFrontOf(command);
        const callers = await Promise.all([LEGACY, LEGACY, MODERN].map((era) => opened(server, era)));
        for (const caller of callers) await caller.call('echo', { message: 'up' });
        const hanging = busy ? callers.map((caller) => failure(caller.call('hang', {}))) : [];
        if (busy) await (await opened(server)).call('echo', { message: 'they are on their way' });
        const children = childrenOf(server.pid);
        const all = [...children, ...children.flatMap(childrenOf)];
        assert.ok(children.length >= 3, `${children.length} children`);
        const start = Date.now();
        server.child.kill(signal);
        await server.exited;
        assert.ok(Date.now() - start < END, `${Date.now() - start} ms`);
        await assertGone(all, 500);
        for (const refused of await Promise.all(hanging)) assert.ok(said(refused).length > 0);
        for (const caller of callers) caller.close();
        await server.stop();
      });
    }
  }
});

test('on stdio too, whatever the server does', async (t) => {
  for (const flags of [[], ['--ignore-sigterm', '--grandchild']]) {
    for (const signal of ['SIGTERM', 'SIGINT']) {
      await t.test([signal, ...flags].join(' '), async () => {
        const client = new RawClient(wrapped(fixture('unruly', ...flags)));
        await client.initialize();
        const children = childrenOf(client.pid);
        const all = [...children, ...children.flatMap(childrenOf)];
        const start = Date.now();
        client.child.kill(signal);
        await client.exited;
        assert.ok(Date.now() - start < END, `${Date.now() - start} ms`);
        await assertGone(all, 500);
      });
    }
  }
});

test('SIGKILL of the guard leaves no child that reads its input', async (t) => {
  for (const [what, command] of [['a fixture', fixture('unruly')], ['server-everything', EVERYTHING]]) {
    await t.test(what, async () => {
      const server = await inFrontOf(command);
      const callers = await Promise.all([LEGACY, LEGACY, MODERN].map((era) => opened(server, era)));
      for (const caller of callers) await caller.call('echo', { message: 'up' });
      const children = childrenOf(server.pid);
      assert.ok(children.length >= 3, `${children.length} children`);
      server.child.kill('SIGKILL');
      await server.exited;
      await assertGone(children);
      for (const caller of callers) caller.close();
      await server.stop();
    });
  }
});

test('the guard on stdio passes its server’s life on as before', async () => {
  const client = new RawClient(wrapped(fixture('unruly'), { name: 'shop' }));
  await client.initialize();
  const { error } = await client.call('exit', { code: 3 });
  assert.match(error.message, /\bshop\b/);
  assert.equal((await client.exited).code, 3);
});
