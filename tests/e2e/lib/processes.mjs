// Processes of the machine, as a test sees them: who lives, who is whose child, and waiting for either.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK = 50; // milliseconds between two looks

export function alive(pid) {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A zombie is dead; its parent (perhaps the machine's init) has not asked yet.
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'));
}

// Children of `pid` that live now.
export function childrenOf(pid) {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return table.trim().split('\n').map((row) => row.trim().split(/\s+/).map(Number)).filter(([child, parent]) => parent === pid && alive(child)).map(([child]) => child);
}

// Resolves with the first truthy value `look` has; the message says what was waited for.
export async function eventually(look, what, milliseconds = 10_000) {
  for (const end = Date.now() + milliseconds; ; await sleep(LOOK)) {
    const found = await look();
    if (found) return found;
    if (Date.now() >= end) assert.fail(`not within ${milliseconds} ms: ${what}`);
  }
}

export async function assertGone(pids, milliseconds = 6_000) {
  for (const end = Date.now() + milliseconds; Date.now() < end && pids.some(alive); ) await sleep(LOOK);
  assert.deepEqual(pids.filter(alive), [], 'processes left behind');
}
