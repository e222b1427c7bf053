// A user's policies in front of a real server: what they deny, ask for and take out, read again when they change,
// and explained afterwards; and the examples with their cases.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BINARY, EVERYTHING, ROOT, temporaryFolder, wrapped } from './lib/env.mjs';
import { RawClient, endAll } from './lib/stdio.mjs';

const LOOK = 2_000; // milliseconds between two looks at the files
const PATIENCE = 10 * LOOK;
const POLICIES = `
permit (principal, action, resource);

@id("no-environment") @reason("the environment is nobody's business.")
forbid (principal, action == Aegis::Action::"get-env", resource);

@id("big-sums") @requireApproval("sums of this size are approved first.") @approver_group("accounting")
permit (principal, action == Aegis::Action::"get-sum", resource)
when { context.input has a && context.input.a > 1000 };

@id("no-message") @decision("redact") @redact_fields("message")
permit (principal, action == Aegis::Action::"echo", resource);
`;

after(endAll);

const run = (...args) => spawnSync(BINARY, args, { encoding: 'utf8', env: { PATH: process.env.PATH, HOME: temporaryFolder() } });
const textOf = (answer) => answer.result.content.map((item) => item.text ?? '').join('\n');

async function session(policies) {
  const folder = temporaryFolder();
  const file = path.join(folder, 'user.cedar');
  const store = path.join(folder, 'aegis.db');
  writeFileSync(file, policies);
  const client = new RawClient(wrapped(EVERYTHING, { name: 'everything', store, options: ['--policy', file] }));
  await client.initialize();
  await client.request('tools/list');
  return { client, file, store };
}

// Calls until the answer is as wanted: the files are looked at every now and then.
async function becomes(client, tool, args, wanted) {
  for (const start = Date.now(); Date.now() - start < PATIENCE; await sleep(100)) {
    const text = textOf(await client.call(tool, args));
    if (wanted.test(text)) return;
  }
  assert.fail(`${tool} never came to say ${wanted}`);
}

test('one tool is denied, one asks a person, one loses a field, the rest is as before', async () => {
  const { client, store } = await session(POLICIES);
  const denied = await client.call('get-env');
  assert.equal(denied.result.isError, true);
  assert.match(textOf(denied), /rule no-environment\): the environment is nobody's business/);

  const asked = await client.call('get-sum', { a: 5000, b: 1 });
  assert.equal(asked.result.isError, true);
  assert.match(textOf(asked), /big-sums/);
  assert.match(textOf(await client.call('get-sum', { a: 5, b: 1 })), /\b6\b/);

  const redacted = textOf(await client.call('echo', { message: 'the plan is blue' }));
  assert.match(redacted, /Echo: \[MESSAGE_REDACTED\]/);
  assert.doesNotMatch(redacted, /blue/);
  await client.close();

  const log = JSON.parse(execFileSync(BINARY, ['--store', store, 'log', 'local', '--json'], { encoding: 'utf8' }));
  const decision = (target) => log.find((entry) => entry.target === target && entry.effect !== 'allow');
  assert.deepEqual([decision('get-env').effect, decision('get-sum').effect, decision('echo').effect], ['deny', 'require_approval', 'sanitize']);
  const explained = run('--store', store, 'policy', 'explain', decision('get-env').id);
  assert.equal(explained.status, 0, explained.stderr);
  assert.match(explained.stdout, /no-environment: not among the policies as they are now/);
});

test('a recorded decision is explained by the policies that made it', async () => {
  const { client, file, store } = await session(POLICIES);
  await client.call('get-sum', { a: 5000, b: 1 });
  await client.close();
  const [{ id }] = JSON.parse(execFileSync(BINARY, ['--store', store, 'log', 'local', '--json'], { encoding: 'utf8' }));
  const explained = JSON.parse(run('--store', store, '--policy', file, 'policy', 'explain', id, '--json').stdout);
  assert.deepEqual(explained.policies.map((policy) => policy.id), ['default', 'user.cedar:policy0', 'big-sums']);
  assert.match(explained.policies[2].place, /user\.cedar:7:1$/);
  assert.match(explained.policies[2].text, /context\.input\.a > 1000/);
});

test('a changed file is taken, a broken one is not, and a hang-up reads it at once', async () => {
  const { client, file } = await session(POLICIES);
  assert.match(textOf(await client.call('get-env')), /no-environment/);
  writeFileSync(file, 'permit (principal, action, resource);\n@id("no-sums") forbid (principal, action == Aegis::Action::"get-sum", resource);');
  await becomes(client, 'get-sum', { a: 1, b: 1 }, /no-sums/);
  writeFileSync(file, 'permit (principal, action,');
  for (const start = Date.now(); !client.stderr.includes('stay as they were') && Date.now() - start < PATIENCE;) await sleep(50);
  assert.match(client.stderr, /user\.cedar:1:\d+: .*the policies stay as they were/);
  await sleep(2 * LOOK);
  assert.equal(client.stderr.split('stay as they were').length, 2, 'said once');
  assert.match(textOf(await client.call('get-sum', { a: 1, b: 1 })), /no-sums/);
  writeFileSync(file, 'permit (principal, action, resource);');
  process.kill(client.pid, 'SIGHUP');
  await becomes(client, 'get-sum', { a: 1, b: 1 }, /\b2\b/);
  await client.close();
});

test('policies that cannot be used stop the start', () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'a.cedar'), '@decision("maybe") permit (principal, action, resource);');
  const started = run('wrap', '--policy', folder, '--', process.execPath, '--version');
  assert.equal(started.status, 2);
  assert.match(started.stderr, /a\.cedar:1:1: policy0: unknown @decision/);
});

const EXAMPLES = path.join(ROOT, 'examples/policies');
for (const name of readdirSync(EXAMPLES).filter((file) => file.endsWith('.cedar'))) {
  test(`the example ${name} is sound and does what its cases say`, () => {
    const checked = run('policy', 'check', path.join(EXAMPLES, name));
    assert.equal(checked.status, 0, checked.stdout + checked.stderr);
    const cases = run('policy', 'test', path.join(EXAMPLES, name.replace(/\.cedar$/, '.cases.json')));
    assert.equal(cases.status, 0, cases.stdout + cases.stderr);
  });
}

test('authorize answers plain Cedar, a line each', () => {
  const folder = temporaryFolder();
  const policies = path.join(folder, 'p.cedar');
  const entities = path.join(folder, 'e.json');
  writeFileSync(policies, 'permit (principal in Group::"g", action, resource);\nforbid (principal, action, resource) when { context.n > 3 };');
  writeFileSync(entities, JSON.stringify([{ uid: { type: 'User', id: 'ada' }, attrs: {}, parents: [{ type: 'Group', id: 'g' }] }]));
  const request = (id, context) => JSON.stringify({ principal: { type: 'User', id }, action: { type: 'Action', id: 'a' }, resource: { type: 'R', id: 'r' }, context });
  const input = [request('ada', { n: 1 }), request('ada', { n: 9 }), request('eve', { n: 1 }), request('ada', {}), 'nonsense'].map((line) => `${line}\n`).join('');
  const { stdout, status } = spawnSync(BINARY, ['policy', 'authorize', '--policies', policies, '--entities', entities], { input, encoding: 'utf8' });
  const answers = stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(answers.slice(0, 4), [
    { decision: 'allow', reason: ['policy0'], errors: [] },
    { decision: 'deny', reason: ['policy1'], errors: [] },
    { decision: 'deny', reason: [], errors: [] },
    { decision: 'allow', reason: ['policy0'], errors: ['policy1'] },
  ]);
  assert.ok(answers[4].error);
  assert.equal(status, 2);
});
