// The era matrix: every client with every server, the guard between them, feature by feature. Each client speaks once
// stdio and once HTTP to `aegis-mcp wrap`, whatever the server speaks, so that all four shapes are seen.
// What comes out is docs/compatibility.md; the test fails when a feature does, or when the page says otherwise.
//   --update         writes the page
//   --bare           no guard: every client with the servers that speak its transport, and no page
//   --clients TEXT, --servers TEXT, --fronts stdio|http    only those whose name has TEXT in it, and no page
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { parseArgs } from 'node:util';
import { BARE, BINARY, EVERYTHING, ROOT, filesystem, fixture, temporaryFolder } from './lib/env.mjs';
import { listen, stopAll } from './lib/listening.mjs';
import { program } from './lib/npm.mjs';
import { CLIENTS, ONLY, PYTHON } from './lib/players.mjs';
import { FEATURES, PLAYS } from './lib/plays.mjs';

const PAGE = path.join(ROOT, 'docs/compatibility.md');
const TRIES = 3; // for a client that gave up waiting for the newer revision, as they do on a busy machine
const AT_ONCE = 3; // cells at a time; they wait most of their time
const { values: options } = parseArgs({
  options: { update: { type: 'boolean' }, bare: { type: 'boolean' }, clients: { type: 'string' }, servers: { type: 'string' }, fronts: { type: 'string' } }, strict: false,
});
const partial = BARE || Boolean(options.clients ?? options.servers ?? options.fronts);

if (!existsSync(PYTHON)) {
  console.error(`the Python client is not at ${PYTHON}: run scripts/setup test`);
  process.exit(1);
}

const freePort = () => new Promise((resolve) => {
  const probe = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});

// Each gives {command} to be started anew for every client, or the {url} of one server that all clients share.
const SERVERS = {
  'server-everything over stdio': { play: 'everything', era: 'legacy', start: async () => ({ command: EVERYTHING }) },
  'server-everything over HTTP': {
    play: 'everything', era: 'legacy', async start() {
      const port = await freePort();
      await listen(program('mcp-server-everything', 'streamableHttp'), { env: { PORT: String(port) }, announced: /listening on port/ });
      return { url: `http://127.0.0.1:${port}/mcp` };
    },
  },
  'a server of 2026-07-28 alone, over stdio': { play: 'modern', era: 'modern', start: async () => ({ command: fixture('modern_server', '--stdio', '--era', 'modern') }) },
  'a server of 2026-07-28 alone, over HTTP': {
    play: 'modern', era: 'modern', async start() {
      const { url } = await listen(fixture('modern_server', '--http', '--era', 'modern'));
      return { url };
    },
  },
  'server-filesystem over stdio': { play: 'filesystem', era: 'legacy', start: async () => ({ command: filesystem(temporaryFolder()) }) },
};
const FRONTS = ['stdio', 'http'];
const MODERN = '2026-07-28';

// Cells that cannot be, and are shown with their reason instead of failing: {client, server, front?, feature, reason}.
const KNOWN = [];

after(stopAll);

// What the client connects to: the guard in front of the server, or in a bare run the server.
async function between(front, server) {
  const behind = server.command ? ['--', ...server.command] : ['--url', server.url];
  if (front === 'bare') return { target: server.url ? { url: server.url } : { command: server.command[0], args: server.command.slice(1) }, end: async () => {} };
  const guard = ['wrap', '--name', 'matrix', '--store', path.join(temporaryFolder(), 'aegis.db')];
  if (front === 'stdio') return { target: { command: BINARY, args: [...guard, ...behind] }, end: async () => {} };
  const listening = await listen([BINARY, ...guard, '--http', '127.0.0.1:0', ...behind]);
  return { target: { url: listening.url }, end: () => listening.stop() };
}

async function cell(client, server, front, play) {
  try {
    const { target, end } = await between(front, server);
    const outcome = await CLIENTS[client](target, play);
    await end();
    return outcome;
  } catch (error) {
    return Object.fromEntries(FEATURES.map((feature) => [feature, { no: error.message }]));
  }
}

// The guard speaks every revision, so a client that speaks both eras agrees on the newer one; where it has settled for
// less, it asked for the newer one and had no answer in the time it allows for that. It is let try again.
async function patiently(client, server, front, play) {
  let outcome = await cell(client, server, front, play);
  for (let tries = 1; tries < TRIES && front !== 'bare' && !ONLY[client] && outcome.open.yes < MODERN; tries++) outcome = await cell(client, server, front, play);
  return outcome;
}

const matches = (name, wanted) => !wanted || name.toLowerCase().includes(wanted.toLowerCase());
const found = new Map(); // server → client → front → outcome

for (const [serverName, { play, era, start }] of Object.entries(SERVERS).filter(([name]) => matches(name, options.servers))) {
  test(serverName, async () => {
    const server = await start();
    const waiting = Object.keys(CLIENTS).filter((name) => matches(name, options.clients)).flatMap((client) => (BARE ? ['bare'] : FRONTS)
      .filter((front) => matches(front, options.fronts) && !(BARE && ONLY[client] && ONLY[client] !== era)).map((front) => ({ client, front })));
    const outcomes = new Map();
    found.set(serverName, outcomes);
    for (const { client, front } of waiting) outcomes.set(client, { ...outcomes.get(client), [front]: undefined });
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) outcomes.get(next.client)[next.front] = await patiently(next.client, server, next.front, PLAYS[play]);
    }));
    const failures = [...outcomes].flatMap(([client, fronts]) => Object.entries(fronts).flatMap(([front, outcome]) =>
      FEATURES.filter((feature) => outcome[feature].no !== undefined && !known(client, serverName, front, feature))
        .map((feature) => `  ${client}, ${front}: ${feature}: ${outcome[feature].no}`)));
    if (failures.length > 0) assert.fail(`with ${serverName}:\n${failures.join('\n')}`);
  });
}

const known = (client, server, front, feature) =>
  KNOWN.find((entry) => entry.client === client && entry.server === server && entry.feature === feature && (!entry.front || entry.front === front));

// The page. Reasons are lettered, so that the tables stay narrow.
function page() {
  const reasons = new Map();
  const letter = (reason) => {
    if (!reasons.has(reason)) reasons.set(reason, String.fromCharCode(97 + reasons.size));
    return reasons.get(reason);
  };
  const shown = (client, server, front, feature, outcome) => {
    const { yes, not } = outcome[feature];
    if (yes) return yes;
    if (not) return `– (${letter(not)})`;
    const exception = known(client, server, front, feature);
    return exception ? `no (${letter(exception.reason)})` : 'no';
  };
  const names = { stdio: 'stdio', http: 'HTTP', bare: 'no guard' };
  const tables = [...found].map(([server, clients]) => {
    const rows = [...clients].flatMap(([client, fronts]) => {
      const cells = Object.entries(fronts).map(([front, outcome]) => [names[front], FEATURES.map((feature) => shown(client, server, front, feature, outcome))]);
      const same = cells.every(([, row]) => row.join() === cells[0][1].join());
      return (same ? [[cells.map(([front]) => front).join(', '), cells[0][1]]] : cells).map(([front, row]) => `| ${[client, front, ...row].join(' | ')} |`);
    });
    return `## ${server[0].toUpperCase()}${server.slice(1)}\n\n| client | speaks to the guard | ${FEATURES.join(' | ')} |\n|${'---|'.repeat(FEATURES.length + 2)}\n${rows.join('\n')}\n`;
  });
  const legend = [...reasons].map(([reason, name]) => `- (${name}) ${reason}`).join('\n');
  return `# Clients and servers that work together through the guard

Written by \`scripts/e2e matrix --update\` from a run of the programs themselves; the test \`e2e.matrix\` fails when this page
is no longer true. In each row \`aegis-mcp wrap\` stands between the client and the server, and translates where the two
speak different revisions. \`open\` is the revision the client has agreed with the guard, where it tells; the others
were used once each: \`elicitation\` and \`sampling\` are questions of the server to the client in the middle of a call,
\`subscription\` is word of a changed resource, \`cancel\` a call given up by the client, \`progress\` reports during a call.

${tables.join('\n')}
${legend}
`;
}

test('the page says what is so', { skip: partial && 'a part of the matrix is no page' }, () => {
  const text = page();
  if (options.update) writeFileSync(PAGE, text);
  assert.ok(existsSync(PAGE), 'there is no docs/compatibility.md: run scripts/e2e matrix --update');
  assert.equal(readFileSync(PAGE, 'utf8'), text, 'docs/compatibility.md differs: run scripts/e2e matrix --update and look at the difference');
});

process.on('exit', () => { if (partial) console.log(page().slice(page().indexOf('##'))); });
