// The reference's decisions over the cases that bench_decide --write FOLDER left, policies parsed beforehand.
// usage: node bench/decide.mjs FOLDER
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fromNpm } from '../tests/e2e/lib/npm.mjs';

const cedar = fromNpm('@cedar-policy/cedar-wasm/nodejs');
const folder = process.argv[2];
const read = (name) => readFileSync(path.join(folder, name), 'utf8');
const request = {
  principal: { type: 'Agent', id: 'a' }, action: { type: 'Action', id: 'tool_17' }, resource: { type: 'Server', id: 's1' },
  context: JSON.parse(read('context.json')), entities: JSON.parse(read('entities.json')),
};
const CALLS = 200;
for (const name of readdirSync(folder).filter((file) => file.endsWith('.cedar')).sort()) {
  cedar.preparsePolicySet(name, { staticPolicies: read(name) });
  const ask = () => cedar.statefulIsAuthorized({ ...request, preparsedPolicySetId: name }).response.decision;
  const stretches = Array.from({ length: 11 }, () => {
    const start = process.cpuUsage();
    for (let i = 0; i < CALLS; i++) ask();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / CALLS;
  }).sort((a, b) => a - b);
  console.log(`${name.padEnd(32)} ${stretches[5].toFixed(1).padStart(10)} us CPU, ${ask()}`);
}
