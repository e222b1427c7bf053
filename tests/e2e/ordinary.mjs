// Ordinary work raises nothing: whole sessions of everyday calls, each server's in a file of sessions/, run through
// the guard as it is when nobody configured anything. Not one denial, not one changed byte, not one finding that
// would have led to either.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { EVERYTHING, MEMORY, ROOT, filesystem, tapped, temporaryFolder, wrapped } from './lib/env.mjs';
import { bothWays, same } from './lib/diff.mjs';
import { PYTHON } from './lib/players.mjs';
import { RawClient, endAll } from './lib/stdio.mjs';

const SESSIONS = path.join(ROOT, 'tests/e2e/sessions');
const MINIMUM_CALLS = 50;
const SERVERS = { everything: () => EVERYTHING, memory: () => MEMORY, filesystem: (folder) => filesystem(folder), git: (folder) => [PYTHON, '-m', 'mcp_server_git', '--repository', folder] };

after(endAll);

// In a session file a text of many lines is a list of lines, and {folder} is the folder the server may use. Steps without
// a call are the user's own: {write, content} a file in the folder, {git} a command in it.
function concrete(value, folder) {
  if (typeof value === 'string') return value.replaceAll('{folder}', folder);
  if (Array.isArray(value)) return value.map((item) => concrete(item, folder));
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, concrete(joined(key, item), folder)]));
  }
  return value;
}
const joined = (key, value) => (['content', 'message'].includes(key) && Array.isArray(value) ? value.join('\n') : value);

function byHand({ write, content, git }, folder) {
  if (git) execFileSync('git', git, { cwd: folder });
  if (write) {
    mkdirSync(path.dirname(path.join(folder, write)), { recursive: true });
    writeFileSync(path.join(folder, write), content.join('\n'));
  }
  return Boolean(git ?? write);
}

for (const file of readdirSync(SESSIONS).sort()) {
  const session = JSON.parse(readFileSync(path.join(SESSIONS, file), 'utf8'));
  test(`${file}: ${session.about}`, async (t) => {
    const folder = temporaryFolder();
    const store = path.join(temporaryFolder(), 'aegis.db');
    const server = tapped(SERVERS[session.server](folder));
    if (session.server === 'git') execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: folder }); // it starts in a repository only
    const client = new RawClient(wrapped(server.command, { name: session.server, store }),
      { env: { ...server.env, MEMORY_FILE_PATH: path.join(folder, 'memory.jsonl') } });
    await client.initialize();
    await client.request('tools/list');
    const unexpected = [];
    for (const [index, step] of session.calls.entries()) {
      if (byHand(step, folder)) continue;
      const what = `call ${index + 1} (${step.tool ?? step.method})`;
      const [method, params] = step.tool
        ? ['tools/call', { name: step.tool, arguments: concrete(step.arguments, folder) }]
        : [step.method, concrete(step.params, folder)];
      const answer = await client.request(method, params);
      const refused = Boolean(answer.error ?? answer.result?.isError);
      if (refused !== Boolean(step.refused)) unexpected.push(`${what}: ${JSON.stringify(answer).slice(0, 300)}`);
    }
    await client.close();

    await t.test('every call is answered as the server alone answers it', () => same(unexpected));

    const calls = session.calls.filter(({ tool, method }) => tool || method);
    await t.test(`${calls.length} calls, not a byte changed either way`, () => {
      assert.ok(calls.length >= MINIMUM_CALLS);
      same(bothWays(client, server.seen()));
    });
    await t.test('the record shows every call allowed and nothing found', () => {
      const database = new DatabaseSync(store, { readOnly: true });
      const guarded = session.calls.filter(({ tool, method }) => tool || ['resources/read', 'prompts/get'].includes(method));
      const decided = database.prepare("SELECT count(*) AS n FROM decision WHERE operation != 'tools/list'").get().n;
      assert.ok(decided >= guarded.length, `${decided} decisions for ${guarded.length} guarded calls`);
      const not_allowed = database.prepare("SELECT operation, target, effect, enforced, rule FROM decision WHERE effect != 'allow' OR enforced != 'allow'").all();
      assert.deepEqual(not_allowed, []);
      const outcomes = database.prepare("SELECT status, rule FROM outcome WHERE status NOT IN ('ok', 'error') OR rule != ''").all();
      assert.deepEqual(outcomes, []);
      const findings = database.prepare('SELECT f.part, f.rule, f.type, f.confidence, f.field, d.target FROM finding f LEFT JOIN decision d ON d.id = f.owner').all();
      assert.deepEqual(findings.map((row) => ({ ...row })), []);
      database.close();
    });
  });
}
