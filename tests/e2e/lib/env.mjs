// Where things are: the binary under test, the npm packages of build/npm, the real servers, temporary folders.
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { NPM, ROOT, program } from './npm.mjs';

export { ROOT, fromNpm } from './npm.mjs';
export const BINARY = process.env.AEGIS_BINARY ?? path.join(ROOT, 'build/release/aegis-mcp');
export const SHARED = process.env.AEGIS_SHARED ?? path.join(ROOT, '../shared');

// ctest reads this exit code as "skipped"; the reason is printed so that nobody takes it for a pass.
export const SKIPPED = 77;

// With --bare a test runs its clients and servers without a guard between them, to see what they do by themselves.
export const BARE = process.argv.includes('--bare');

for (const [what, where, remedy] of [
  ...(BARE ? [] : [['the binary', BINARY, 'make build']]),
  ['the npm packages', path.join(NPM, 'node_modules'), 'scripts/setup test'],
]) {
  if (!existsSync(where)) {
    console.error(`${what} is not at ${where}: run ${remedy}`);
    process.exit(1);
  }
}

export const EVERYTHING = program('mcp-server-everything', 'stdio');
export const MEMORY = program('mcp-server-memory');
export const filesystem = (...folders) => program('mcp-server-filesystem', ...folders);
export const fixture = (name, ...args) => [process.execPath, path.join(ROOT, 'tests/e2e/fixtures', `${name}.mjs`), ...args];

const temporary = [];
export function temporaryFolder() {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'aegis-e2e-')));
  temporary.push(folder);
  return folder;
}
process.on('exit', () => {
  for (const folder of temporary) rmSync(folder, { recursive: true, force: true });
});

// The command line that puts the guard in front of `command`, with a store of its own.
export function wrapped(command, { name = 'e2e', store = path.join(temporaryFolder(), 'aegis.db'), options = [] } = {}) {
  return [BINARY, 'wrap', '--name', name, '--store', store, ...options, '--', ...command];
}

// `command` with a tap in front of it (lib/tap.mjs); seen() gives {to, line} in the order it passed.
export function tapped(command) {
  const record = path.join(temporaryFolder(), 'tap.jsonl');
  return {
    command: [process.execPath, path.join(ROOT, 'tests/e2e/lib/tap.mjs'), ...command],
    env: { TAP_RECORD: record },
    seen: () => readFileSync(record, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line)),
  };
}
