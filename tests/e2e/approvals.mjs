// Calls that a person has to approve, with real clients of every kind: asked in the client, at the command line, in
// another process, too late, and never.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { BINARY, fixture, fromNpm, tapped, temporaryFolder, wrapped } from './lib/env.mjs';
import { entry, gateway, serversFile } from './lib/gateways.mjs';
import { listen, stopAll } from './lib/listening.mjs';
import { eventually } from './lib/processes.mjs';

const POLICY = `permit (principal, action, resource);
@id("ask-echo") @decision("require_approval") @reason("whatever is said aloud, a person has read.")
permit (principal, action == Aegis::Action::"echo", resource);
`;
const INFO = { name: 'approvals', version: '1.0.0' };
const YES = { action: 'accept', content: { decision: 'approve' } };
const NO = { action: 'accept', content: { decision: 'deny' } };
const textOf = (result) => result.content.map(({ text }) => text).join('\n');

// A guard in front of a server that says what it is told, on a store of its own.
function guarded({ config } = {}) {
  const folder = temporaryFolder();
  const store = path.join(folder, 'aegis.db');
  const file = (name, content) => {
    const where = path.join(folder, name);
    writeFileSync(where, content);
    return where;
  };
  const tap = tapped(fixture('unruly'));
  const options = ['--policy', file('policy.cedar', POLICY), ...(config ? ['--config', file('config.json', JSON.stringify(config))] : [])];
  const run = (...args) => {
    const ran = spawnSync(BINARY, [...args, '--store', store], { encoding: 'utf8' });
    return { code: ran.status, said: ran.stdout + ran.stderr };
  };
  return {
    options, store, tap, file, run,
    command: wrapped(tap.command, { store, options }),
    waiting: () => JSON.parse(run('approvals', '--json').said),
    // What the server was asked to say.
    said: () => tap.seen().filter(({ to }) => to === 'server').map(({ line }) => JSON.parse(line))
      .filter(({ method }) => method === 'tools/call').map(({ params }) => params.arguments.message).filter(Boolean),
  };
}

const clients = [];
after(async () => {
  await Promise.allSettled(clients.map((client) => client.close()));
  await stopAll();
});

// Each kind of client: {call(message, options), close()}. `ask` answers forms; without it none are declared.
const CLIENTS = {
  async 'SDK 1'(target, env, ask) {
    const { Client } = fromNpm('@modelcontextprotocol/sdk/client/index.js');
    const { StdioClientTransport } = fromNpm('@modelcontextprotocol/sdk/client/stdio.js');
    const { StreamableHTTPClientTransport } = fromNpm('@modelcontextprotocol/sdk/client/streamableHttp.js');
    const { ElicitRequestSchema } = fromNpm('@modelcontextprotocol/sdk/types.js');
    const client = new Client(INFO, { capabilities: ask ? { elicitation: {} } : {} });
    if (ask) client.setRequestHandler(ElicitRequestSchema, ({ params }) => ask(params));
    await client.connect(target.url ? new StreamableHTTPClientTransport(new URL(target.url)) : stdio(StdioClientTransport, target, env));
    clients.push(client);
    return { close: () => client.close(), call: (message, options, name = 'echo', args = { message }) => client.callTool({ name, arguments: args }, undefined, options) };
  },
  'SDK 2, older era': (...args) => v2(undefined, ...args),
  'SDK 2, 2026-07-28': (...args) => v2({ mode: { pin: '2026-07-28' } }, ...args),
};
async function v2(versionNegotiation, target, env, ask) {
  const { Client, StreamableHTTPClientTransport } = fromNpm('@modelcontextprotocol/client');
  const { StdioClientTransport } = fromNpm('@modelcontextprotocol/client/stdio');
  const client = new Client(INFO, { capabilities: ask ? { elicitation: { form: {} } } : {}, ...(versionNegotiation && { versionNegotiation }) });
  if (ask) client.setRequestHandler('elicitation/create', ({ params }) => ask(params));
  await client.connect(target.url ? new StreamableHTTPClientTransport(new URL(target.url)) : stdio(StdioClientTransport, target, env));
  clients.push(client);
  return { close: () => client.close(), call: (message, options, name = 'echo', args = { message }) => client.callTool({ name, arguments: args }, options) };
}
const stdio = (Transport, [command, ...args], env) => new Transport({ command, args, env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env }, stderr: 'ignore' });

for (const [kind, connect] of Object.entries(CLIENTS)) {
  test(kind, async (t) => {
    await t.test('asks its user, and what they say holds', async () => {
      const guard = guarded();
      const asked = [];
      let answer = YES;
      const client = await connect(guard.command, guard.tap.env, (params) => { asked.push(params); return answer; });
      assert.equal(textOf(await client.call('one')), 'one');
      assert.match(asked[0].message, /echo/);
      assert.match(asked[0].message, /"message":"one"/);
      assert.match(asked[0].message, /a person has read/);
      assert.deepEqual(asked[0].requestedSchema.required, ['decision']);
      assert.equal(textOf(await client.call('one')), 'one');
      assert.equal(asked.length, 2, 'a yes is for one call');
      for (answer of [NO, { action: 'decline' }]) {
        const refused = await client.call(`no ${answer.action}`);
        assert.ok(refused.isError);
        assert.match(textOf(refused), /said no.*stop and tell the user/s);
      }
      answer = { action: 'cancel' };
      const open = await client.call('perhaps');
      assert.ok(open.isError);
      assert.match(textOf(open), /did not decide/);
      assert.equal(guard.waiting().length, 1);
      assert.deepEqual(guard.said(), ['one', 'one'], 'nothing else reached the server');
      await client.close();
    });

    await t.test('without forms it is told to come back', async () => {
      const guard = guarded();
      const client = await connect(guard.command, guard.tap.env);
      const told = await client.call('one');
      assert.ok(told.isError);
      const [{ id, expires_at: expires }] = guard.waiting();
      assert.ok(textOf(told).includes(`aegis-mcp approve ${id}`), textOf(told));
      assert.ok(textOf(told).includes(expires));
      assert.ok(textOf(await client.call('one')).includes(id), 'the identical call waits for the same');
      const { code } = guard.run('approve', id);
      assert.equal(code, 0);
      assert.ok((await client.call('One')).isError, 'one byte changed: not what was approved');
      assert.equal(textOf(await client.call('one')), 'one');
      assert.ok((await client.call('one')).isError, 'once');
      const again = guard.run('approve', id);
      assert.equal(again.code, 2);
      assert.match(again.said, /used already/);
      assert.deepEqual(guard.said(), ['one']);
      await client.close();
    });

    await t.test('an approval survives the guard that asked for it', async () => {
      const guard = guarded();
      const first = await connect(guard.command, guard.tap.env);
      assert.ok((await first.call('later')).isError);
      await first.close();
      assert.equal(guard.run('approve', guard.waiting()[0].id).code, 0);
      const second = await connect(guard.command, guard.tap.env);
      assert.equal(textOf(await second.call('later')), 'later');
      await second.close();
    });

    await t.test('one that expired is asked for anew', async () => {
      const guard = guarded({ config: { approvals: { expires_after: '1s' } } });
      const client = await connect(guard.command, guard.tap.env);
      assert.ok((await client.call('slow')).isError);
      const id = guard.run('approvals', '--all', '--json').said.match(/"id":"([^"]+)"/)[1];
      await eventually(() => guard.waiting().length === 0, 'its end');
      const late = guard.run('approve', id);
      assert.equal(late.code, 2);
      assert.match(late.said, /expired/);
      const told = await client.call('slow');
      assert.ok(told.isError && !textOf(told).includes(id), textOf(told));
      await client.close();
    });

    await t.test('a group may insist on another way', async () => {
      const guard = guarded({ config: { approvals: { out_of_band: ['security'] } } });
      writeFileSync(guard.options[1], POLICY.replace('@id(', '@approver_group("security") @id('));
      const client = await connect(guard.command, guard.tap.env, () => assert.fail('nobody is asked here'));
      const told = await client.call('one');
      assert.match(textOf(told), /'security'/);
      assert.equal(guard.run('approve', guard.waiting()[0].id).code, 0);
      assert.equal(textOf(await client.call('one')), 'one');
      await client.close();
    });

    await t.test('the approver may write other arguments', async () => {
      const guard = guarded();
      const client = await connect(guard.command, guard.tap.env);
      await client.call('loud');
      assert.equal(guard.run('approve', guard.waiting()[0].id, '--arguments', guard.file('a.json', '{"message":"quiet"}')).code, 0);
      const result = await client.call('loud');
      assert.match(textOf(result), /^quiet/);
      assert.match(textOf(result), /other arguments/);
      assert.deepEqual(guard.said(), ['quiet']);
      await client.close();
    });
  });
}

for (const kind of ['SDK 1', 'SDK 2, older era']) {
  test(`${kind}, while a form is open`, async (t) => {
    const guard = guarded();
    const open = [];
    const client = await CLIENTS[kind](guard.command, guard.tap.env, () => new Promise((resolve) => { open.push(resolve); }));
    await t.test('other calls go on, and a decision at the command line is seen', async () => {
      const call = client.call('waiting');
      await eventually(() => open.length === 1, 'the form');
      assert.equal(textOf(await client.call('', undefined, 'flood', { count: 0, payload: 'abc' })), '3 characters received');
      assert.equal(guard.run('approve', guard.waiting()[0].id).code, 0);
      assert.equal(textOf(await call), 'waiting');
    });
    await t.test('a denial there is heard too', async () => {
      const call = client.call('denied');
      await eventually(() => open.length === 2, 'the form');
      assert.equal(guard.run('deny', guard.waiting()[0].id, '--reason', 'too loud').code, 0);
      assert.match(textOf(await call), /too loud/);
    });
    await t.test('a client that gave up comes back for what its user said later', async () => {
      await assert.rejects(client.call('patience', { timeout: 500 }));
      await eventually(() => open.length === 3, 'the form');
      open[2](YES);
      await eventually(() => guard.waiting()[0]?.state === 'approved', 'the answer');
      assert.equal(textOf(await client.call('patience')), 'patience');
      assert.equal(open.length, 3);
    });
    await client.close();
  });
}

test('in a gateway', async (t) => {
  for (const [kind, connect] of Object.entries(CLIENTS)) {
    await t.test(kind, async () => {
      const guard = guarded();
      const file = serversFile({ mcpServers: { shop: entry(guard.tap.command, guard.tap.env) } });
      const answers = [YES, NO];
      const asked = [];
      const client = await connect(gateway(file, { store: guard.store, options: guard.options }), {}, ({ message }) => { asked.push(message); return answers.shift(); });
      const call = (message) => client.call(message, undefined, 'shop__echo');
      await eventually(async () => !/no tool|unknown/i.test(textOf(await call('one').catch((error) => ({ content: [{ text: `unknown ${error}` }] })))), 'the server');
      assert.match(asked[0], /shop/);
      assert.ok((await call('two')).isError);
      assert.deepEqual(guard.said(), ['one']);
      await client.close();
    });
  }
});

test('over HTTP', async (t) => {
  for (const [kind, connect] of Object.entries(CLIENTS)) {
    await t.test(kind, async () => {
      const guard = guarded();
      const separator = guard.command.indexOf('--');
      const command = [...guard.command.slice(0, separator), '--http', '127.0.0.1:0', ...guard.command.slice(separator)];
      const server = await listen(command, { env: guard.tap.env });
      const answers = [YES, NO];
      const client = await connect({ url: `${server.url}` }, {}, () => answers.shift());
      assert.equal(textOf(await client.call('one')), 'one');
      assert.ok((await client.call('two')).isError);
      assert.deepEqual(guard.said(), ['one']);
      await client.close();
      await server.stop();
    });
  }
});
