// Many clients at once: 200 of them call a server over stdio through the guard's HTTP port, as fast as they are
// answered, while 1,000 event streams are held open. Half of the clients speak 2025-11-25, each in a session of its
// own, half 2026-07-28. Every reply carries its own request's nonce, none is lost or goes to somebody else, every stream
// lives to be told of a change, and the guard's memory does not grow once it is warm.
//   --seconds N      5 unless told; 60 says more about memory
//   --clients N --streams N
//   --bare           a server of the SDK over HTTP, no guard: what the measuring itself amounts to
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { parseArgs } from 'node:util';
import { BARE, BINARY, ROOT, fixture, temporaryFolder } from './lib/env.mjs';
import { Caller, LEGACY, LOST, MODERN, Stream } from './lib/http_client.mjs';
import { listen, stopAll } from './lib/listening.mjs';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' }, clients: { type: 'string', default: '200' }, streams: { type: 'string', default: '1000' }, bare: { type: 'boolean' },
  }, strict: false,
});
const SECONDS = Number(options.seconds);
const CLIENTS = Number(options.clients);
const STREAMS = Number(options.streams);
const SERVER = process.env.AEGIS_ECHO_SERVER ?? path.join(ROOT, 'build/release/tests/e2e_echo_server');

const SAMPLE = 250; // milliseconds between two looks at the memory
const WARM = 0.4; // of the time, until the memory must be flat
// What may be added after that: the noise of an allocator, not a leak. In a short run the sessions' logs, which keep the
// last answers for clients that lost their connection, are not full yet.
const LOGS = SECONDS < 30 ? 48 << 20 : 0;
const GROWTH = { share: 0.05, bytes: (8 << 20) + LOGS };
const USUAL_DESCRIPTORS = 1024; // what a user's shell allows at first; the guard has to see to the rest itself

after(stopAll);

const TELLS = existsSync('/proc/self/status'); // Linux
const memory = (pid) => TELLS && Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const mebibytes = (bytes) => `${(bytes / (1 << 20)).toFixed(1)} MiB`;

function start() {
  if (BARE) return listen(fixture('modern_server', '--http'));
  if (!existsSync(SERVER)) throw new Error(`the echo server is not at ${SERVER}: build the target e2e_echo_server`);
  const guard = [BINARY, 'wrap', '--name', 'load', '--store', path.join(temporaryFolder(), 'aegis.db'), '--http', '127.0.0.1:0', '--', SERVER];
  return listen(['/bin/sh', '-c', `ulimit -S -n ${USUAL_DESCRIPTORS}; exec "$@"`, 'sh', ...guard]);
}

test(`${CLIENTS} clients for ${SECONDS} s, ${STREAMS} streams`, async (t) => {
  const server = await start();
  const callers = Array.from({ length: CLIENTS }, (_, index) => new Caller(server.url, index % 2 === 0 ? LEGACY : MODERN));
  const waiting = [...callers];
  await Promise.all(Array.from({ length: 16 }, async () => { for (let next = waiting.shift(); next; next = waiting.shift()) await next.open(); }));

  const sessions = callers.filter(({ era }) => era === LEGACY).slice(0, STREAMS);
  const streams = sessions.map(({ url, session }, index) => new Stream(url, session, index));
  while (streams.length < STREAMS) {
    const more = Array.from({ length: Math.min(50, STREAMS - streams.length) }, (_, index) => new Stream(server.url, undefined, streams.length + index));
    streams.push(...more);
    await Promise.all(more.map(({ opened }) => opened));
  }
  await Promise.all(streams.map(({ opened }) => opened));

  const samples = [];
  const times = [];
  const errors = [];
  const begun = performance.now();
  const until = begun + SECONDS * 1_000;
  const sampler = setInterval(() => { samples.push({ at: performance.now() - begun, bytes: memory(server.pid) }); }, SAMPLE);
  await Promise.all(callers.map(async (caller) => {
    while (performance.now() < until && errors.length < 20) {
      const nonce = randomUUID();
      const sent = performance.now();
      try {
        const said = await caller.call('echo', { message: nonce });
        if (said !== `Echo: ${nonce}`) errors.push(`${caller.era}: asked with ${nonce}, answered ${said.slice(0, 80)}`);
        times.push(performance.now() - sent);
      } catch (error) {
        errors.push(`${caller.era}: ${error.message}`);
      }
    }
  }));
  clearInterval(sampler);
  const elapsed = (performance.now() - begun) / 1_000;

  times.sort((a, b) => a - b);
  const at = (share) => (times[Math.floor(times.length * share)] ?? NaN).toFixed(1);
  console.log(`${times.length} replies in ${elapsed.toFixed(1)} s, ${Math.round(times.length / elapsed)} a second; ` +
    `median ${at(0.5)} ms, 99 % within ${at(0.99)} ms; ${streams.length} streams`);

  await t.test('every reply is there and carries its own nonce', () => {
    assert.deepEqual(errors, []);
    assert.ok(times.length >= CLIENTS, `${times.length} replies`);
  });

  await t.test('every stream lives, and is told of a change once and under its own name', async () => {
    assert.equal(streams.filter(({ ended }) => ended).length, 0, 'streams the other side has closed');
    // Each session has a server of its own, and hears of its own change; the others share one.
    const told = Promise.all(streams.map((stream) => new Promise((resolve) => { stream.onTold = resolve; })));
    for (const caller of [...(BARE ? [] : sessions), callers.find(({ era }) => era === MODERN)]) await caller.call('change', {});
    let timer;
    const late = new Promise((resolve) => { timer = setTimeout(resolve, LOST); });
    await Promise.race([told, late]);
    clearTimeout(timer);
    assert.equal(streams.filter((stream) => stream.told === 0).length, 0, 'streams that heard nothing');
    for (const caller of callers) await caller.call('echo', { message: 'what else is on its way has arrived' });
    assert.equal(streams.filter((stream) => stream.told > 1).length, 0, 'streams that heard it more than once');
    assert.deepEqual(streams.flatMap(({ strange }) => strange).slice(0, 3), [], 'messages of other subscriptions');
  });

  const unknown = TELLS ? BARE && 'the bare server is not ours to judge' : 'this system does not tell a process’s memory';
  await t.test('memory is flat once it is warm', { skip: unknown }, () => {
    const warm = samples.filter((sample) => sample.at >= WARM * SECONDS * 1_000);
    const half = Math.floor(warm.length / 2);
    const [first, last] = [warm.slice(0, half), warm.slice(half)].map((part) => median(part.map(({ bytes }) => bytes)));
    console.log(`memory: ${mebibytes(samples[0].bytes)} at the start, ${mebibytes(first)} warm, ${mebibytes(last)} at the end`);
    assert.ok(last - first <= Math.max(GROWTH.bytes, first * GROWTH.share), `${mebibytes(first)} → ${mebibytes(last)}`);
  });

  for (const stream of streams) stream.close();
  for (const caller of callers) caller.close();
  await server.stop();
});
