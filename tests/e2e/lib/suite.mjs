// Runs the official conformance suite and reads what it found.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { NPM, ROOT, fromNpm, program } from './npm.mjs';

const { parse } = fromNpm('yaml');
const run = promisify(execFile);
const LONGEST_RUN = 240_000; // milliseconds
const PACKAGE = path.join(NPM, 'node_modules/@modelcontextprotocol/conformance');

export const REVISIONS = ['2026-07-28', '2025-11-25'];
export const FOLDER = path.join(ROOT, 'tests/e2e/conformance');

// What a revision requires: {server: [scenario], client: [scenario], notScored: {scenario: reason}}.
export function requirements(revision) {
  const listed = parse(readFileSync(path.join(PACKAGE, 'requirements', `${revision}.yaml`), 'utf8'));
  return { server: listed.server, client: listed.client, notScored: Object.fromEntries(listed.not_scored.map((entry) => [entry.scenario, entry.reason])) };
}

// Runs `conformance ARGUMENTS -o folder`; its exit code is no error, its silence is.
export async function suite(args, folder, env = {}) {
  try {
    const { stdout, stderr } = await run(program('conformance')[0], [program('conformance')[1], ...args, '-o', folder],
      { env: { ...process.env, ...env }, timeout: LONGEST_RUN, maxBuffer: 64 << 20 });
    return `${stdout}${stderr}`;
  } catch (error) {
    if (typeof error.code !== 'number') throw error;
    return `${error.stdout}${error.stderr}`;
  }
}

// What a run left in its folder: Map of scenario → Map of check → {status, message}. A check is named by its id and,
// because ids repeat, by its name and its turn.
export function results(folder, side) {
  const found = new Map();
  if (!existsSync(folder)) return found;
  for (const entry of readdirSync(folder, { recursive: true })) {
    if (path.basename(entry) !== 'checks.json') continue;
    const directory = path.dirname(entry);
    const scenario = (side === 'server' ? directory.replace(/^server-/, '') : directory).replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, '');
    const checks = new Map();
    const turns = new Map();
    for (const { id, name, status, errorMessage } of JSON.parse(readFileSync(path.join(folder, entry), 'utf8'))) {
      if (status === 'INFO') continue; // a record of the traffic, not a check
      const key = `${id} ${name}`;
      const turn = (turns.get(key) ?? 0) + 1;
      turns.set(key, turn);
      checks.set(turn === 1 ? key : `${key} #${turn}`, { status, message: errorMessage ?? '' });
    }
    found.set(scenario, checks);
  }
  return found;
}

export const passed = (checks) => [...(checks ?? [])].filter(([, { status }]) => status === 'SUCCESS').map(([key]) => key);

// The checks of a run that failed or warned: [{scenario, check, right: status, message}].
export const failures = (found) => [...found].flatMap(([scenario, checks]) => [...checks]
  .filter(([, { status }]) => status === 'FAILURE' || status === 'WARNING').map(([check, { status, message }]) => ({ scenario, check, right: status, message })));

// The checks on which two runs disagree: [{scenario, check, left, right, message}]. Only what passed counts: a check
// that warns on one side and is skipped on the other has passed on neither.
export function disagreements(left, right) {
  const found = [];
  for (const scenario of new Set([...left.keys(), ...right.keys()])) {
    const [a, b] = [left.get(scenario) ?? new Map(), right.get(scenario) ?? new Map()];
    for (const check of new Set([...a.keys(), ...b.keys()])) {
      const [one, other] = [a.get(check)?.status ?? 'absent', b.get(check)?.status ?? 'absent'];
      if ((one === 'SUCCESS') !== (other === 'SUCCESS')) found.push({ scenario, check, left: one, right: other, message: b.get(check)?.message ?? '' });
    }
  }
  return found;
}

export const describe = (found) => found
  .map(({ scenario, check = 'all', left = '', right = '', message, reason = '' }) => `  ${scenario}: ${check}: ${left} → ${right} ${message ?? reason}`).join('\n');

// A list of exceptions, each with its reason: {list-name: [{…, reason}]}. An entry without a reason is an error.
export function exceptions(file) {
  const listed = parse(readFileSync(path.join(FOLDER, file), 'utf8')) ?? {};
  for (const [list, entries] of Object.entries(listed)) {
    for (const entry of entries ?? []) {
      if (typeof entry.reason !== 'string' || entry.reason.length < 10) throw new Error(`${file}, ${list}: no reason for ${JSON.stringify(entry)}`);
    }
  }
  return listed;
}

// Whether an exception is about this scenario and check; `check` may be a check's id alone, or be left out for all.
export const covers = (entry, { scenario, check }) =>
  entry.scenario === scenario && (entry.check === undefined || check === entry.check || check.startsWith(`${entry.check} `));

// A table of scenario × column; each cell `passed/all`.
export function table(columns) {
  const scenarios = [...new Set([...columns.values()].flatMap((found) => [...found.keys()]))].sort();
  const cell = (checks) => (checks ? `${passed(checks).length}/${[...checks.values()].filter(({ status }) => ['SUCCESS', 'FAILURE', 'WARNING'].includes(status)).length}` : '—');
  const rows = [['scenario', ...columns.keys()], ...scenarios.map((scenario) => [scenario, ...[...columns.values()].map((found) => cell(found.get(scenario)))])];
  const sums = [...columns.values()].map((found) => cell(new Map([...found].flatMap(([scenario, checks]) => [...checks].map(([key, value]) => [`${scenario} ${key}`, value])))));
  rows.push(['all', ...sums]);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((value, column) => value.padEnd(widths[column])).join('  ')).join('\n');
}
