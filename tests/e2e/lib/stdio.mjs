// One MCP server as a child process: the raw lines both ways are recorded, and the SDK's Client can sit on top.
import { spawn } from 'node:child_process';
import process from 'node:process';

// Children get this much of the environment and no more: a developer's own variables would reach servers that print them.
const ENVIRONMENT = Object.fromEntries(['PATH', 'HOME', 'LANG', 'TMPDIR', 'ASAN_OPTIONS', 'TSAN_OPTIONS', 'UBSAN_OPTIONS']
  .filter((name) => name in process.env).map((name) => [name, process.env[name]]));

// Splits a stream of bytes into lines without decoding twice; the last unfinished line is kept for the next chunk.
export function lineSplitter(onLine) {
  let pieces = [];
  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      pieces.push(chunk.subarray(start, end));
      onLine(Buffer.concat(pieces).toString('utf8'));
      pieces = [];
      start = end + 1;
    }
    if (start < chunk.length) pieces.push(chunk.subarray(start));
  };
}

const started = new Set();
// For an `after` hook: a test that failed half-way has not closed its session, and would keep the run from ending.
export function endAll() {
  for (const transport of started) transport.kill();
}

// Implements the SDK's Transport. `record` holds {to: 'server'|'client', line} in the order seen on this side.
export class ChildTransport {
  constructor(command, { env = {}, cwd } = {}) {
    this.record = [];
    this.stderr = '';
    this.waiting = new Set();
    this.child = spawn(command[0], command.slice(1), { env: { ...ENVIRONMENT, ...env }, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
    started.add(this);
    this.exited = new Promise((resolve) => {
      this.child.on('exit', (code, signal) => resolve({ code, signal }));
      this.child.on('error', (error) => resolve({ code: null, signal: null, error }));
    });
    this.child.stdin.on('error', () => {}); // the exit says why
    this.child.stderr.on('data', (chunk) => { this.stderr += chunk; });
    this.child.stdout.on('data', lineSplitter((line) => this.#receive(line)));
    this.child.stdout.on('close', () => this.onclose?.());
  }

  #receive(line) {
    this.record.push({ to: 'client', line });
    let message;
    try {
      message = JSON.parse(line);
    } catch (error) {
      this.onerror?.(error);
      return;
    }
    for (const check of [...this.waiting]) check(message);
    this.onmessage?.(message);
  }

  get pid() { return this.child.pid; }
  async start() {}
  async send(message) { this.sendLine(JSON.stringify(message)); }
  sendLine(line) {
    this.record.push({ to: 'server', line });
    this.child.stdin.write(`${line}\n`);
  }
  sent() { return this.record.filter((entry) => entry.to === 'server').map((entry) => entry.line); }
  received() { return this.record.filter((entry) => entry.to === 'client').map((entry) => entry.line); }

  // Resolves with the first message from the server, already seen or still to come, that satisfies `predicate`.
  until(predicate, what, milliseconds = 10_000) {
    for (const line of this.received()) {
      try {
        const message = JSON.parse(line);
        if (predicate(message)) return Promise.resolve(message);
      } catch { /* junk lines are what some tests send */ }
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(check);
        reject(new Error(`no ${what} within ${milliseconds} ms; stderr: ${this.stderr.slice(-500)}`));
      }, milliseconds);
      const check = (message) => {
        if (!predicate(message)) return;
        clearTimeout(timer);
        this.waiting.delete(check);
        resolve(message);
      };
      this.waiting.add(check);
    });
  }

  // Ends the session as a client does: closes the server's input, and insists only when it does not go.
  async close(milliseconds = 5_000) {
    this.child.stdin.end();
    const timers = [['SIGTERM', milliseconds], ['SIGKILL', 2 * milliseconds]].map(([signal, after]) => setTimeout(() => this.child.kill(signal), after));
    const result = await this.exited;
    timers.forEach(clearTimeout);
    this.kill();
    return result;
  }
  kill() {
    started.delete(this);
    this.child.kill('SIGKILL');
    this.child.stdout.destroy(); // a grandchild may still hold the other end
    this.child.stderr.destroy();
    this.child.stdin.destroy();
  }
}

// Raw JSON-RPC for the tests that must see exactly what was answered.
export class RawClient extends ChildTransport {
  nextId = 1;

  request(method, params, { id = this.nextId++, milliseconds } = {}) {
    // Compared as text, since one fixture answers request 7 as "7"; compare.mjs sees to the exact bytes.
    const answer = this.until((message) => String(message.id) === String(id) && !('method' in message), `answer to ${method} (id ${id})`, milliseconds);
    this.sendLine(JSON.stringify({ jsonrpc: '2.0', id, method, ...(params && { params }) }));
    return answer;
  }
  notify(method, params) { this.sendLine(JSON.stringify({ jsonrpc: '2.0', method, ...(params && { params }) })); }

  async initialize(protocolVersion = '2025-11-25', capabilities = {}) {
    const answer = await this.request('initialize', { protocolVersion, capabilities, clientInfo: { name: 'e2e', version: '1.0.0' } });
    this.notify('notifications/initialized');
    return answer;
  }
  call(name, args = {}, options) { return this.request('tools/call', { name, arguments: args }, options); }
}
