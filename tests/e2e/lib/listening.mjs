// Programs that listen: started on a port of their own choosing, found by the line `listening on URL` they print.
import { spawn } from 'node:child_process';
import process from 'node:process';

const KEPT = 64 << 10; // characters of what a program says
const PATIENCE = 30_000; // milliseconds until it listens; two cores may be shared by many

const started = new Set();
export function stopAll() {
  return Promise.all([...started].map((server) => server.stop()));
}
process.on('exit', () => {
  for (const { child } of started) child.kill('SIGKILL');
});

// → {url, pid, child, stderr(), exited, stop()}. `announced` finds the URL in what it prints on stderr or stdout, or,
// where it prints none, what it says once it listens.
export async function listen(command, { env = {}, announced = /listening on (http:\/\/\S+)/i } = {}) {
  const child = spawn(command[0], command.slice(1), { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const exited = new Promise((resolve) => {
    child.on('exit', (code, signal) => resolve({ code, signal }));
    child.on('error', (error) => resolve({ error }));
  });
  const server = {
    child, exited, pid: child.pid, stderr: () => said,
    async stop() {
      started.delete(server);
      child.kill('SIGTERM');
      const insist = setTimeout(() => child.kill('SIGKILL'), 5_000);
      const result = await exited;
      clearTimeout(insist);
      child.stdout.destroy(); // a grandchild may still hold the other end
      child.stderr.destroy();
      return result;
    },
  };
  started.add(server);
  server.url = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not listening within ${PATIENCE} ms: ${command.join(' ')}\n${said}`)), PATIENCE);
    let listening = false;
    const look = (chunk) => {
      said = `${said}${chunk}`.slice(-KEPT);
      const found = !listening && announced.exec(said);
      if (!found) return;
      listening = true;
      clearTimeout(timer);
      resolve(found[1]);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    exited.then((end) => {
      clearTimeout(timer);
      reject(new Error(`ended before it listened (${JSON.stringify(end)}): ${command.join(' ')}\n${said}`));
    });
  });
  return server;
}
