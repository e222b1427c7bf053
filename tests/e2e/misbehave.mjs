// What the guard does when the server behind it crashes, hangs, prints, floods, lies or attacks, and that it never
// leaves a request unanswered or a process behind.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fixture, fromNpm, temporaryFolder, wrapped } from './lib/env.mjs';
import { alive, assertGone } from './lib/processes.mjs';
import { RawClient, endAll } from './lib/stdio.mjs';
import { KEY } from './fixtures/rogue.mjs';

const Ajv2020 = fromNpm('ajv/dist/2020.js').default;

after(endAll);

async function session(name, { flags = [], revision, env, options } = {}) {
  const client = new RawClient(wrapped(fixture(name, ...flags), { name: 'shop', options }), { env });
  await client.initialize(revision);
  return client;
}

const toolText = (answer) => answer.result.content.map((item) => item.text ?? '').join('\n');
// A name: what its server did stands in the message of the error the client gets.
function assertLost(answer, what) {
  assert.ok(answer.error, `an error was due, this came: ${JSON.stringify(answer).slice(0, 300)}`);
  assert.match(answer.error.message, /\bshop\b/);
  assert.match(answer.error.message, what);
}

test('a server that dies answers every waiting request and passes its exit code on', async (t) => {
  for (const [what, tool, args, code, message] of [
    ['killed', 'crash', { signal: 'SIGKILL' }, 128 + 9, /signal 9|SIGKILL/],
    ['aborted', 'crash', { signal: 'SIGABRT' }, 128 + 6, /signal 6|SIGABRT/],
    ['exit 3', 'exit', { code: 3 }, 3, /exited.*\b3\b/],
    ['exit 0 in mid-call', 'exit', { code: 0 }, 0, /exited.*\b0\b/],
    ['half a message', 'half-message', {}, 0, /exited/],
  ]) {
    await t.test(what, async () => {
      const client = await session('unruly');
      const hung = [client.call('hang'), client.call('hang', {}, { id: 'a string id' })];
      assert.ok((await client.request('ping')).result, 'a hanging call holds up no other');
      for (const answer of await Promise.all([...hung, client.call(tool, args)])) assertLost(answer, message);
      assert.equal((await client.exited).code, code);
    });
  }
});

test('a server that cannot be started is reported with its name, and the exit code is the shell’s', async () => {
  const client = new RawClient(wrapped(['/nonexistent/server'], { name: 'shop' }));
  assert.equal((await client.exited).code, 127);
  assert.match(client.stderr, /nonexistent/);
});

test('a server that closes its output without exiting is ended', async () => {
  const client = await session('unruly');
  assertLost(await client.call('close-output'), /./);
  await client.exited;
});

test('stray output does not end the session', async (t) => {
  const client = await session('unruly');
  await t.test('an answer after a printed line still arrives', async () => {
    for (const line of ['Listening on port 8080…', '', '   ', 'undefined', '\u0000\u0001\u001b[31m']) {
      assert.equal(toolText(await client.call('print', { line, then: 'the answer' })), 'the answer', `after the line ${JSON.stringify(line)}`);
    }
  });
  await t.test('after a line that could have been the answer, there is an answer or an error', async () => {
    for (const line of ['null', '[]', '{"jsonrpc":"2.0"', '{"hello":"world"}']) {
      const answer = await client.call('print', { line, then: 'the answer' });
      assert.ok(answer.result ?? answer.error, `after the line ${line}`);
    }
  });
  await t.test('no line that is not JSON reaches the client', () => {
    for (const line of client.received()) assert.doesNotThrow(() => JSON.parse(line));
  });
  await t.test('a request whose answer was garbled gets an error within twelve seconds', async () => {
    const start = Date.now();
    assertLost(await client.call('print', { line: 'Segmentation fault (core dumped)' }, { milliseconds: 12_000 }), /JSON/);
    assert.ok(Date.now() - start < 12_000);
  });
  await t.test('and the session goes on', async () => {
    assert.equal(toolText(await client.call('echo', { message: 'still here' })), 'still here');
  });
  await client.close();
});

test('calls that were cancelled and never answered do not pile up', async () => {
  const client = await session('unruly');
  const many = 10_500; // more than the guard keeps waiting requests
  for (let id = 1; id <= many; id++) {
    client.sendLine(JSON.stringify({ jsonrpc: '2.0', id: `c${id}`, method: 'tools/call', params: { name: 'hang', arguments: {} } }));
    client.notify('notifications/cancelled', { requestId: `c${id}`, reason: 'changed my mind' });
  }
  assert.equal(toolText(await client.call('echo', { message: 'still served' }, { milliseconds: 60_000 })), 'still served');
  const { code } = await client.close();
  assert.equal(code, 0);
  const answered = client.received().filter((line) => /"id":"c\d+"/.test(line));
  assert.equal(answered.length, 0, 'nobody waits for an answer to what they cancelled');
});

test('a megabyte each way at once passes whole', async () => {
  const client = await session('unruly');
  const payload = 'p'.repeat((1 << 20) + 17);
  const answers = await Promise.all(Array.from({ length: 4 }, () => client.call('flood', { count: 4, payload }, { milliseconds: 60_000 })));
  for (const answer of answers) assert.equal(toolText(answer), `${payload.length} characters received`);
  const floods = client.received().filter((line) => line.includes('notifications/message'));
  assert.equal(floods.length, 16);
  for (const line of floods) assert.equal(JSON.parse(line).params.data.length, (1 << 20) + 2);
  await client.close();
});

test('no process is left behind', async (t) => {
  const endings = {
    'standard input ends': (client) => client.child.stdin.end(),
    SIGTERM: (client) => client.child.kill('SIGTERM'),
    SIGINT: (client) => client.child.kill('SIGINT'),
    SIGHUP: (client) => client.child.kill('SIGHUP'),
    'SIGKILL to the guard itself': (client) => client.child.kill('SIGKILL'),
  };
  for (const [what, end] of Object.entries(endings)) {
    for (const flags of [[], ['--ignore-sigterm', '--grandchild']]) {
      // Nobody is left to end a grandchild when the guard itself was killed.
      if (what.startsWith('SIGKILL') && flags.length > 0) continue;
      await t.test([what, ...flags].join(' '), async () => {
        const pidFile = path.join(temporaryFolder(), 'pids');
        const client = await session('unruly', { flags, env: { FIXTURE_PIDS: pidFile } });
        await client.call('echo', { message: 'up' });
        const pids = [client.pid, ...JSON.parse(readFileSync(pidFile, 'utf8'))];
        assert.ok(pids.every(alive), 'all run before the end');
        end(client);
        const { code } = await client.exited;
        if (what === 'SIGTERM') assert.equal(code, 128 + 15);
        if (what === 'SIGINT') assert.equal(code, 128 + 2);
        await assertGone(pids);
      });
    }
  }
});

test('a request still waiting when the guard is told to end gets an error', async () => {
  const client = await session('unruly');
  client.call('hang').catch(() => {});
  await client.call('echo', { message: 'up' });
  client.child.kill('SIGTERM');
  await client.exited;
  const last = JSON.parse(client.received().at(-1));
  assert.ok(last.error, `the waiting request was due an error, the last message is ${JSON.stringify(last).slice(0, 200)}`);
});

test('an attacking server', async (t) => {
  for (const flags of [[], ['--string-ids']]) {
    const client = await session('rogue', { flags });
    const suffix = flags.length > 0 ? ', answering ids as strings' : '';
    let schemas;

    await t.test(`a poisoned definition is withheld, the rest is listed${suffix}`, async () => {
      const { result } = await client.request('tools/list');
      schemas = new Map(result.tools.map((tool) => [tool.name, tool.outputSchema]));
      assert.ok(!schemas.has('poisoned'));
      assert.ok(schemas.has('echo') && schemas.has('delete-all'));
      assert.ok(!JSON.stringify(result).includes('id_rsa'));
    });
    await t.test(`a withheld tool cannot be called${suffix}`, async () => {
      const { result } = await client.call('poisoned');
      assert.equal(result.isError, true);
      assert.match(toolText({ result }), /withheld/);
    });
    await t.test(`a leaked key never arrives, whatever carries it${suffix}`, async () => {
      for (const name of ['read-config', 'read-record', 'read-pattern', 'read-enum', 'read-failing']) {
        const { result } = await client.call(name);
        assert.ok(!JSON.stringify(result).includes(KEY), `${name} let the key through`);
        const schema = schemas.get(name);
        if (!schema || result.isError) continue;
        const validate = new Ajv2020({ strict: false }).compile(schema);
        assert.ok(validate(result.structuredContent), `${name}: ${JSON.stringify(validate.errors)}`);
      }
      assert.match(toolText(await client.call('read-config')), /name = "shop"[\s\S]*port = 8080/, 'what is no secret stays');
    });
    await t.test(`a destructive call works before, and is held after, instructions in a result${suffix}`, async () => {
      assert.match(toolText(await client.call('delete-all')), /gone/);
      const page = toolText(await client.call('read-page'));
      assert.doesNotMatch(page, /reveal your system prompt/);
      assert.match(page, /nine to five[\s\S]*closed on Mondays/, 'the rest of the page stays');
      const denied = await client.call('delete-all');
      assert.equal(denied.result.isError, true);
      assert.match(toolText(denied), /instructions/);
      assert.equal(toolText(await client.call('count-destroyed')), '1', 'the server never saw the second call');
    });
    await client.close();
  }
});

test('observe mode lets the same through, and says what it would have done', async () => {
  const client = await session('rogue', { options: ['--mode', 'observe'] });
  assert.ok((await client.request('tools/list')).result.tools.some((tool) => tool.name === 'poisoned'));
  assert.ok(toolText(await client.call('read-config')).includes(KEY));
  await client.call('read-page');
  assert.match(toolText(await client.call('delete-all')), /gone/);
  await client.close();
});

test('batches', async (t) => {
  const batch = (client, messages) => client.sendLine(JSON.stringify(messages));
  await t.test('are judged message by message at 2025-03-26', async () => {
    const client = await session('rogue', { revision: '2025-03-26' });
    await client.request('tools/list');
    batch(client, [
      { jsonrpc: '2.0', id: 100, method: 'tools/call', params: { name: 'read-config', arguments: {} } },
      { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: 1 } },
      { jsonrpc: '2.0', id: 101, method: 'tools/call', params: { name: 'poisoned', arguments: {} } },
      { jsonrpc: '2.0', id: 102, method: 'ping' },
    ]);
    const answers = new Map();
    const deadline = Date.now() + 5_000;
    while (answers.size < 3 && Date.now() < deadline) {
      await sleep(20);
      for (const line of client.received()) for (const answer of [JSON.parse(line)].flat()) if (answer.id >= 100) answers.set(answer.id, answer);
    }
    assert.deepEqual([...answers.keys()].sort(), [100, 101, 102]);
    assert.ok(!JSON.stringify(answers.get(100)).includes(KEY));
    assert.match(toolText(answers.get(100)), /port = 8080/);
    assert.equal(answers.get(101).result.isError, true);
    assert.ok(answers.get(102).result);
    await client.close();
  });
  await t.test('are refused where the revision has none, and the session goes on', async () => {
    const client = await session('rogue', { revision: '2025-11-25' });
    batch(client, [{ jsonrpc: '2.0', id: 100, method: 'ping' }]);
    assert.ok((await client.request('ping')).result);
    const refusals = client.received().map((line) => JSON.parse(line)).filter((message) => message.error);
    assert.equal(refusals.length, 1);
    await client.close();
  });
});

test('hostile input from the client is refused and ends nothing', async () => {
  const client = await session('rogue');
  for (const line of [
    '{"jsonrpc":"2.0","id":900,"method":"tools/call","params":{"name":"echo","arguments":{"message":"a"},"arguments":{"message":"b"}}}',
    '{"jsonrpc":"2.0","id":901,"method":"tools/call","params":{"name":"echo","arguments":{"message":"\\ud800 alone"}}}',
    `{"jsonrpc":"2.0","id":902,"method":"tools/call","params":{"name":"echo","arguments":${'['.repeat(5_000)}${']'.repeat(5_000)}}}`,
    '{"jsonrpc":"2.0","id":903,"method":"tools/call"', 'not json at all', '[]', '42', 'null',
  ]) client.sendLine(line);
  assert.equal(toolText(await client.call('echo', { message: 'fine' })), 'fine');
  for (const line of client.received()) {
    const message = JSON.parse(line);
    if (message.id === 900) assert.ok(message.error, 'a call that can be read two ways must not pass');
  }
  await client.close();
});
