// The official conformance suite, server side: whatever a server passes alone it passes behind the guard.
// The fixture conformance_server.mjs is measured bare and in each shape, check by check, at both revisions; the guard's
// own server (`serve`) and a real 2025 server are measured beside it. Exceptions, each with its reason, are in
// conformance/*.yml.
//   --bare            only the servers alone: what the suite, the SDK and the fixture do by themselves
//   --shapes a,b      only these shapes (see SHAPES), or `serve`, or `everything`
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, test } from 'node:test';
import { parseArgs } from 'node:util';
import { BARE, BINARY, EVERYTHING, fixture, temporaryFolder } from './lib/env.mjs';
import { listen, stopAll } from './lib/listening.mjs';
import { REVISIONS, covers, describe, disagreements, exceptions, failures, passed, requirements, results, suite, table } from './lib/suite.mjs';

const { values: options } = parseArgs({ options: { bare: { type: 'boolean' }, shapes: { type: 'string' } }, strict: false });
const wanted = (name) => !BARE && (!options.shapes || options.shapes.split(',').includes(name));

const SERVER = 'conformance_server';
const guard = (...args) => [BINARY, ...args.slice(0, 1), '--store', path.join(temporaryFolder(), 'aegis.db'), '--http', '127.0.0.1:0', ...args.slice(1)];

// How the guard stands between the suite and the fixture; each gives the URL to measure. A stdio front is not among
// them, since the suite speaks HTTP alone: the era matrix has those.
const SHAPES = {
  'http-stdio': async () => listen(guard('wrap', '--name', 'conformance', '--', ...fixture(SERVER, '--stdio'))),
  'http-http': async () => {
    const upstream = await listen(fixture(SERVER, '--http'));
    return listen(guard('wrap', '--name', 'conformance', '--url', upstream.url));
  },
};

after(stopAll);

async function measure(server, args) {
  const folder = temporaryFolder();
  await suite(['server', '--url', server.url, ...args], folder);
  return results(folder, 'server');
}

// One scenario at one revision, for servers that do not offer what all the others ask for.
async function scenario(server, name, revision) {
  return (await measure(server, ['--scenario', name, '--spec-version', revision])).get(name) ?? new Map();
}

const complain = (title, found) => {
  if (found.length > 0) assert.fail(`${title}\n${describe(found)}`);
};

for (const revision of REVISIONS) {
  test(`conformance at ${revision}`, async (t) => {
    const required = requirements(revision);
    const columns = new Map();
    const bareServer = await listen(fixture(SERVER, '--http'));
    const bare = await measure(bareServer, ['--requirements', revision]);
    await bareServer.stop();
    columns.set('bare', bare);

    await t.test('the fixture passes all there is, scored or not', () => {
      const { server: expected = [] } = exceptions(`expected-failures-${revision}.yml`);
      assert.deepEqual(required.server.filter((name) => !bare.has(name)), [], 'scenarios that did not run');
      const failing = failures(bare);
      complain('failing', failing.filter((entry) => !expected.some((exception) => covers(exception, entry))));
      complain('listed as failing, but passing', expected.filter((exception) => !failing.some((entry) => covers(exception, entry))));
    });

    for (const [shape, start] of Object.entries(SHAPES).filter(([name]) => wanted(name))) {
      await t.test(`${shape}: the same checks pass as without the guard`, async () => {
        const server = await start();
        const guarded = await measure(server, ['--requirements', revision]);
        await stopAll();
        columns.set(shape, guarded);
        const expected = (exceptions('expected-differences.yml').server ?? []).filter((entry) => entry.revision === revision && entry.shapes.includes(shape));
        const found = disagreements(bare, guarded);
        complain('differs from the server alone', found.filter((entry) => !expected.some((exception) => covers(exception, entry))));
        complain('listed as different, but the same', expected.filter((exception) => !found.some((entry) => covers(exception, entry))));
      });
    }
    console.log(`${revision}, checks passed of those that ran:\n${table(columns)}\n`);
  });
}

// The guard's own server offers five tools and nothing else, so only what is not about particular tools applies.
const SERVE = {
  '2026-07-28': ['server-stateless', 'tools-list', 'http-header-validation', 'dns-rebinding-protection', 'input-required-result-unsupported-methods'],
  '2025-11-25': ['server-initialize', 'server-session-lifecycle', 'ping', 'tools-list', 'dns-rebinding-protection', 'server-sse-multiple-streams'],
};

for (const revision of wanted('serve') ? REVISIONS : []) {
  test(`the guard's own server at ${revision}`, async () => {
    const server = await listen(guard('serve'));
    const found = new Map();
    for (const name of SERVE[revision]) found.set(name, await scenario(server, name, revision));
    await server.stop();
    console.log(`serve, ${revision}:\n${table(new Map([['serve', found]]))}\n`);
    const { server: expected = [] } = exceptions(`expected-failures-serve.yml`);
    const listed = expected.filter((entry) => SERVE[revision].includes(entry.scenario));
    const failing = failures(found);
    for (const [name, checks] of found) assert.ok(checks.size > 0, `${name} did not run`);
    complain('failing', failing.filter((entry) => !listed.some((exception) => covers(exception, entry))));
    complain('listed as failing, but passing', listed.filter((exception) => !failing.some((entry) => covers(exception, entry))));
  });
}

// A real 2025 server behind the guard's HTTP front, spoken to as 2026-07-28. The floors are the best any bridge in
// use reaches in front of the same server; the guard must reach each of them.
const FLOORS = { 'server-stateless': 26, 'http-header-validation': 14, 'dns-rebinding-protection': 2 };

if (wanted('everything')) {
  test('a real 2025 server behind the guard answers 2026-07-28 at least as well as behind any other bridge', async () => {
    const server = await listen(guard('wrap', '--name', 'everything', '--', ...EVERYTHING));
    const found = new Map();
    for (const name of Object.keys(FLOORS)) found.set(name, await scenario(server, name, '2026-07-28'));
    await server.stop();
    console.log(`server-everything over stdio behind wrap --http, 2026-07-28:\n${table(new Map([['wrap', found]]))}\n`);
    for (const [name, floor] of Object.entries(FLOORS)) {
      const missing = [...found.get(name)].filter(([, { status }]) => status !== 'SUCCESS').map(([check, { status, message }]) => ({ scenario: name, check, right: status, message }));
      if (passed(found.get(name)).length < floor) complain(`${name}: ${passed(found.get(name)).length} passed, ${floor} wanted; not passed:`, missing);
    }
  });
}
