// The official conformance suite, client side: whatever an SDK's client passes alone it passes through the guard, to
// which it then speaks stdio. Every scenario a revision requires is run with
//   bare      the SDK of that era over HTTP, no guard
//   guarded   the same client over stdio to `aegis-mcp wrap --url`
//   crossed   the other era's SDK over stdio to `aegis-mcp wrap --url`: the guard translates, and must pass the same
// but for the scenarios of authorization. Exceptions, each with its reason, are in conformance/*.yml.
//   --bare           only the clients alone
//   --scenarios a,b  only these
import assert from 'node:assert/strict';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { parseArgs } from 'node:util';
import { BARE, BINARY, ROOT, temporaryFolder } from './lib/env.mjs';
import { REVISIONS, covers, describe, disagreements, exceptions, failures, requirements, results, suite, table } from './lib/suite.mjs';

const { values: options } = parseArgs({ options: { bare: { type: 'boolean' }, scenarios: { type: 'string' } }, strict: false });
const DRIVER = path.join(ROOT, 'tests/e2e/conformance/driver.mjs');
const NATIVE = { '2026-07-28': 'v2', '2025-11-25': 'v1' };
const other = { v1: 'v2', v2: 'v1' };
const LOG = 600; // characters of what a client said that failed
const AT_ONCE = 2; // runs side by side; each is two processes that mostly wait for each other

// Authorization is between a client and a server. The guard holds no account: it sends the header it is given
// (`--header`), and shows a refusal to the client as it is. So these scenarios measure the SDK alone.
const outside = (name) => name.startsWith('auth/');
// Runs, though it is not scored: the guard must not lose a word of a schema.
const ALSO = ['json-schema-2020-12-preservation'];

const SHAPES = {
  bare: (revision) => ({ AEGIS_SDK: NATIVE[revision] }),
  guarded: (revision) => ({ AEGIS_SDK: NATIVE[revision], AEGIS_GUARD: guard() }),
  crossed: (revision) => ({ AEGIS_SDK: other[NATIVE[revision]], AEGIS_GUARD: guard() }),
};
const guard = () => JSON.stringify([BINARY, 'wrap', '--name', 'conformance', '--store', path.join(temporaryFolder(), 'aegis.db'), '--url']);

async function measure(scenarios, revision, shape) {
  const found = new Map();
  const waiting = [...scenarios];
  const logs = [];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const folder = temporaryFolder();
      const said = await suite(['client', '--command', `${process.execPath} ${DRIVER}`, '--scenario', name, '--spec-version', revision], folder, SHAPES[shape](revision));
      found.set(name, results(folder, 'client').get(name) ?? new Map());
      const [trouble] = /Client (?:exited with code|timed out)[^]*?(?=Results saved|$)/.exec(said) ?? [];
      if (trouble) logs.push(`${name}: ${trouble.slice(0, LOG)}`);
    }
  }));
  return { found, logs };
}

const complain = (title, found, logs) => {
  if (found.length > 0) assert.fail(`${title}\n${describe(found)}\n${logs.join('\n')}`);
};

for (const revision of REVISIONS) {
  test(`client conformance at ${revision}`, async (t) => {
    const required = requirements(revision);
    const scenarios = [...required.client.filter((name) => !outside(name)), ...ALSO].filter((name) => !options.scenarios || options.scenarios.split(',').includes(name));
    const columns = new Map();
    const { found: bare, logs } = await measure(scenarios, revision, 'bare');
    columns.set('bare', bare);

    await t.test('the SDK alone passes all that is scored', () => {
      const { client: expected = [] } = exceptions(`expected-failures-${revision}.yml`);
      const failing = failures(bare);
      for (const [name, checks] of bare) assert.ok(checks.size > 0, `${name} did not run\n${logs.join('\n')}`);
      complain('failing', failing.filter((entry) => !expected.some((exception) => covers(exception, entry))), logs);
      complain('listed as failing, but passing', options.scenarios ? [] : expected.filter((exception) => !failing.some((entry) => covers(exception, entry))), []);
    });

    for (const shape of BARE ? [] : ['guarded', 'crossed']) {
      await t.test(`${shape}: the same checks pass as without the guard`, async () => {
        const run = await measure(scenarios, revision, shape);
        columns.set(shape, run.found);
        const expected = (exceptions('expected-differences.yml').client ?? []).filter((entry) => entry.revision === revision && entry.shapes.includes(shape));
        const found = disagreements(bare, run.found);
        complain('differs from the client alone', found.filter((entry) => !expected.some((exception) => covers(exception, entry))), run.logs);
        complain('listed as different, but the same', options.scenarios ? [] : expected.filter((exception) => !found.some((entry) => covers(exception, entry))), []);
      });
    }
    console.log(`${revision}, client checks passed of those that ran (${required.client.filter(outside).length} scenarios of authorization are outside):\n${table(columns)}\n`);
  });
}
