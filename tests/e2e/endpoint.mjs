// Real clients with the MCP endpoint itself: both SDKs in every mode over fixtures/endpoint_server.cc, and the official
// suite's scenarios that are about the transport. What a guard does in between is tested elsewhere.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { listen, stopAll } from './lib/listening.mjs';
import { ROOT, fromNpm } from './lib/npm.mjs';
import { results, suite } from './lib/suite.mjs';

const SERVER = process.env.AEGIS_ENDPOINT_SERVER ?? path.join(ROOT, 'build/release/tests/e2e_endpoint_server');
const PATIENCE = 15_000; // milliseconds for anything that ought to happen
const INFO = { name: 'endpoint-test', version: '1.0.0' };
const CAPABILITIES = { elicitation: { form: {} } };
const elicited = { action: 'accept', content: { name: 'Ada' } };
const folder = mkdtempSync(path.join(tmpdir(), 'aegis-endpoint-'));

// Each: {name, revision, legacy, connect(url, options) → {client, transport, revision, changed, call}}; `changed` is a
// promise of the news that the tools have changed.
function v1() {
  return {
    name: 'SDK v1', revision: '2025-11-25', legacy: true,
    async connect(url, options = {}) {
      const { Client } = fromNpm('@modelcontextprotocol/sdk/client/index.js');
      const { StreamableHTTPClientTransport } = fromNpm('@modelcontextprotocol/sdk/client/streamableHttp.js');
      const types = fromNpm('@modelcontextprotocol/sdk/types.js');
      const client = new Client(INFO, { capabilities: CAPABILITIES });
      client.setRequestHandler(types.ElicitRequestSchema, () => elicited);
      const changed = new Promise((resolve) => client.setNotificationHandler(types.ToolListChangedNotificationSchema, resolve));
      const transport = new StreamableHTTPClientTransport(new URL(url), options);
      let revision;
      const told = transport.setProtocolVersion.bind(transport);
      transport.setProtocolVersion = (version) => { revision = version; told(version); };
      await client.connect(transport);
      return { client, transport, revision, changed, call: (name, args, more) => client.callTool({ name, arguments: args }, undefined, more) };
    },
  };
}

function v2(name, versionNegotiation, revision) {
  return {
    name, revision, legacy: revision !== '2026-07-28',
    async connect(url, options = {}) {
      const { Client, StreamableHTTPClientTransport } = fromNpm('@modelcontextprotocol/client');
      const client = new Client(INFO, { capabilities: CAPABILITIES, versionNegotiation });
      client.setRequestHandler('elicitation/create', () => elicited);
      const changed = new Promise((resolve) => client.setNotificationHandler('notifications/tools/list_changed', resolve));
      const transport = new StreamableHTTPClientTransport(new URL(url), options);
      await client.connect(transport);
      return { client, transport, revision: client.getNegotiatedProtocolVersion(), changed, call: (name_, args, more) => client.callTool({ name: name_, arguments: args }, more) };
    },
  };
}

const CLIENTS = [
  v1(),
  v2('SDK v2 by default', undefined, '2025-11-25'),
  v2('SDK v2, auto', { mode: 'auto' }, '2026-07-28'),
  v2('SDK v2, pinned', { mode: { pin: '2026-07-28' } }, '2026-07-28'),
];

async function until(condition, what) {
  const end = Date.now() + PATIENCE;
  while (!condition()) {
    if (Date.now() > end) assert.fail(`not within ${PATIENCE} ms: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}

const within = (promise, what) => Promise.race([promise, new Promise((_, reject) => { setTimeout(reject, PATIENCE, new Error(`no ${what}`)).unref(); })]);

let server;
before(async () => { server = await listen([SERVER, '150']); });
after(async () => {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
});

for (const kind of CLIENTS) {
  test(kind.name, async (t) => {
    const { client, transport, revision, changed, call } = await kind.connect(server.url);
    await t.test('settles on the newest revision it knows', () => assert.equal(revision, kind.revision));
    await t.test('lists and calls, as JSON', async () => {
      const { tools } = await client.listTools();
      assert.deepEqual(tools.map((tool) => tool.name), ['echo', 'slow', 'ask', 'change', 'regional']);
      const result = await call('echo', { text: 'ünïcödé \n “x”' });
      assert.equal(result.structuredContent.arguments.text, 'ünïcödé \n “x”');
    });
    await t.test('gets progress and a late answer on a stream', async () => {
      const seen = [];
      const result = await call('slow', { ms: 600 }, { onprogress: (progress) => seen.push(progress.progress) });
      assert.equal(result.structuredContent.tool, 'slow');
      assert.deepEqual(seen, [1]);
    });
    await t.test('many calls at once find their own answers', async () => {
      const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => (n % 4 === 0
        ? call('slow', { ms: 200, n }) : call('echo', { text: String(n), n }))));
      answers.forEach((answer, n) => assert.equal(answer.structuredContent.arguments.n, n));
    });
    await t.test('mirrors an argument into its header', async () => {
      const result = await call('regional', { region: 'Zürich' });
      assert.equal(result.structuredContent.arguments.region, 'Zürich');
    });
    if (kind.legacy) {
      await t.test('is asked, and answers, in the middle of a call', async () => {
        const result = await call('ask', {});
        assert.deepEqual(result.structuredContent.arguments, elicited);
      });
      await t.test('hears on its GET stream what belongs to no request', async () => {
        await call('change', {});
        // The stream may have been opened only now; then that message went nowhere.
        const again = setInterval(() => call('change', {}).catch(() => {}), 200);
        try {
          await within(changed, 'notification');
        } finally {
          clearInterval(again);
        }
      });
      await t.test('ends its session', async () => {
        const id = transport.sessionId;
        assert.match(id, /^[0-9a-f]{64}$/);
        await transport.terminateSession();
        const response = await fetch(server.url, { method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', 'Mcp-Session-Id': id }, body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' });
        assert.equal(response.status, 404);
      });
    } else {
      await t.test('cancels by hanging up', async () => {
        const cancel = new AbortController();
        const call_ = call('slow', { ms: 60_000 }, { signal: cancel.signal });
        setTimeout(() => cancel.abort('enough'), 500);
        await assert.rejects(call_);
        await until(() => server.stderr().includes('hung up'), 'the server hears of it');
      });
    }
    await client.close();
  });
}

// The client's connection breaks in the middle of a call; the SDK comes back with Last-Event-ID by itself.
for (const kind of CLIENTS.filter(({ legacy }) => legacy)) {
  test(`${kind.name} gets an answer it missed`, async () => {
    let broken = 0;
    const resumed = [];
    const breaking = async (url, init) => {
      const headers = new Headers(init.headers);
      if (headers.has('last-event-id')) resumed.push(headers.get('last-event-id'));
      const response = await fetch(url, init);
      const isCall = init.method === 'POST' && String(init.body).includes('"slow"');
      if (!isCall || !response.headers.get('content-type')?.startsWith('text/event-stream')) return response;
      const reader = response.body.getReader();
      const first = await reader.read();
      await reader.cancel();
      broken += 1;
      return new Response(new ReadableStream({
        start(controller) {
          controller.enqueue(first.value);
          setTimeout(() => controller.error(new Error('the network is down')), 10);
        },
      }), { status: response.status, headers: response.headers });
    };
    const { client, call } = await kind.connect(server.url, { fetch: breaking, reconnectionOptions: { initialReconnectionDelay: 50, maxReconnectionDelay: 200, reconnectionDelayGrowFactor: 1, maxRetries: 5 } });
    const result = await within(call('slow', { ms: 1_500, n: 7 }), 'answer');
    assert.equal(result.structuredContent.arguments.n, 7);
    assert.equal(broken, 1);
    assert.ok(resumed.length >= 1, 'it came back with an event id');
    await client.close();
  });
}

// Scenario, revision, how many checks pass; nothing may fail or warn. What needs a fixture's tools is skipped by the
// suite itself and measured by conformance.mjs.
const SCENARIOS = [
  ['server-initialize', '2025-11-25'], ['ping', '2025-11-25'], ['tools-list', '2025-11-25'],
  ['server-sse-multiple-streams', '2025-11-25'], ['dns-rebinding-protection', '2025-11-25'],
  ['http-header-validation', '2026-07-28'], ['http-custom-header-server-validation', '2026-07-28'],
  ['dns-rebinding-protection', '2026-07-28'], ['tools-list', '2026-07-28'],
];
for (const [scenario, revision] of SCENARIOS) {
  test(`suite: ${scenario} at ${revision}`, async () => {
    const out = path.join(folder, `${scenario}-${revision}`);
    const said = await suite(['server', '--url', server.url, '--scenario', scenario, '--spec-version', revision], out);
    const checks = [...(results(out, 'server').get(scenario) ?? [])];
    assert.ok(checks.length > 0, `it ran no check\n${said}`);
    assert.deepEqual(checks.filter(([, { status }]) => status !== 'SUCCESS'), []);
  });
}
test('suite: server-stateless at 2026-07-28', async () => {
  const out = path.join(folder, 'server-stateless');
  await suite(['server', '--url', server.url, '--scenario', 'server-stateless', '--spec-version', '2026-07-28'], out);
  const checks = [...(results(out, 'server').get('server-stateless') ?? [])];
  // Four checks need a fixture's tools.
  const failing = checks.filter(([, { status, message }]) => status !== 'SUCCESS' && status !== 'SKIPPED' && !message.startsWith('Not testable'));
  assert.ok(checks.filter(([, { status }]) => status === 'SUCCESS').length >= 24);
  assert.deepEqual(failing, []);
});
