// `aegis-mcp gateway` for the tests: its files, its command, and a look at what it listed.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { BINARY, temporaryFolder } from './env.mjs';
import { eventually } from './processes.mjs';

// An entry of a servers file.
export const entry = ([command, ...args], env) => ({ command, args, ...(env && { env }) });

export function serversFile(content, name = 'servers.json') {
  const file = path.join(temporaryFolder(), name);
  writeServers(file, content);
  return file;
}
export function writeServers(file, content) {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

export function gateway(file, { store = path.join(temporaryFolder(), 'aegis.db'), options = [] } = {}) {
  return [BINARY, 'gateway', '--servers', file, '--store', store, ...options];
}

export const serverOf = (name) => name.slice(0, name.indexOf('__'));

// The names listed, once there are tools of all of `servers`: one that starts slowly joins a little later.
export async function listed(list, servers) {
  return eventually(async () => {
    const names = await list();
    return servers.every((server) => names.some((name) => serverOf(name) === server)) && names;
  }, `tools of ${servers.join(', ')}`, 20_000);
}
export const toolNames = async (client) => (await client.request('tools/list')).result.tools.map(({ name }) => name);

// What the log of an agent says, newest first, once `enough` of it is written: that is done beside the calls.
export function logOf(store, enough, agent = 'local') {
  return eventually(async () => {
    const entries = JSON.parse(execFileSync(BINARY, ['log', agent, '--json', '--limit', '1000', '--store', store], { encoding: 'utf8' }));
    return enough(entries) && entries;
  }, 'the log', 10_000);
}
