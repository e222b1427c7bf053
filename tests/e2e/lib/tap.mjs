// Stands directly in front of a server and writes every line that passes to a file, so that a test can hold
// what the server was sent, and what it said, against what the client saw on the other side of the guard.
// The file is named by $TAP_RECORD, not by an argument, so that the server's own name stays among the first words of
// the command line, where the guard looks for servers it knows.
// usage: node tap.mjs COMMAND ARG…
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import process from 'node:process';
import { lineSplitter } from './stdio.mjs';

const [command, ...args] = process.argv.slice(2);
const { TAP_RECORD: record, ...env } = process.env;
const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
const write = (to) => lineSplitter((line) => appendFileSync(record, `${JSON.stringify({ to, line })}\n`));
const toServer = write('server');
const toClient = write('client');

process.stdin.on('data', (chunk) => { toServer(chunk); child.stdin.write(chunk); });
process.stdin.on('end', () => {
  child.stdin.end();
  setTimeout(() => child.kill(), 1_000).unref(); // some servers outlive their input
});
process.on('SIGTERM', () => child.kill());
child.stdin.on('error', () => {});
child.stdout.on('data', (chunk) => { toClient(chunk); process.stdout.write(chunk); });
child.on('exit', (code, signal) => {
  process.exitCode = signal ? 1 : code;
  process.stdin.destroy();
  child.stdout.destroy(); // a grandchild may still hold the other end
});
