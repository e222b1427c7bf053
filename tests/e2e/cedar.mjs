// The policy engine against the reference implementation (its WebAssembly build): the same decisions, reasons and errors
// for generated policies, entities and requests, the same JSON for each policy, and the same texts accepted.
//
// usage: scripts/e2e cedar [CASES] [SEED]      2,000 cases of a fixed seed without arguments
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { Cases } from './lib/cedar_cases.mjs';
import { ROOT, fromNpm } from './lib/npm.mjs';

const cedar = fromNpm('@cedar-policy/cedar-wasm/nodejs');
const DECIDE = process.env.AEGIS_CEDAR_DECIDE ?? path.join(ROOT, 'build/release/tests/e2e_cedar_decide');
const COUNT = Number(process.argv[2] ?? 2000);
const SEED = Number(process.argv[3] ?? 20261121);
const BATCH = 1000; // questions to one run of ours
const SHOWN = 5; // differences shown in full

function ours(questions) {
  const { stdout, status, error } = spawnSync(DECIDE, { input: questions.map((question) => `${JSON.stringify(question)}\n`).join(''), maxBuffer: 1 << 30, encoding: 'utf8' });
  if (error) throw error;
  assert.equal(status, 0, 'ours ended without error');
  return stdout.split('\n').slice(0, -1).map((line) => JSON.parse(line));
}

const messages = (answer) => answer.errors.map((error) => [error.message, ...(error.related ?? []).map((related) => related.message)].join('; ')).join(' | ');

function reference({ policies, ...request }) {
  const set = typeof policies === 'string' ? { staticPolicies: policies } : { staticPolicies: policies.static, templates: policies.templates, templateLinks: policies.links };
  const answer = cedar.isAuthorized({ ...request, policies: set });
  if (answer.type !== 'success') return { error: messages(answer) };
  const { decision, diagnostics } = answer.response;
  return { decision, reason: diagnostics.reason.sort(), errors: diagnostics.errors.map((error) => error.policyId).sort() };
}

// Numbers beyond 2^53 are rounded on their way through JavaScript, on both sides alike.
function estOf(policies) {
  const json = (text, convert) => {
    const answer = convert(text);
    return answer.type === 'success' ? answer.json : { error: messages(answer) };
  };
  if (typeof policies === 'string') {
    const parts = cedar.policySetTextToParts(policies);
    return Object.fromEntries(parts.policies.map((text, i) => [`policy${i}`, json(text, cedar.policyToJson)]));
  }
  return Object.fromEntries([
    ...Object.entries(policies.static).map(([id, text]) => [id, json(text, cedar.policyToJson)]),
    ...Object.entries(policies.templates).map(([id, text]) => [id, json(text, cedar.templateToJson)]),
  ]);
}

const plain = (answer) => (answer.error === undefined ? { decision: answer.decision, reason: [...answer.reason].sort(), errors: [...answer.errors].sort() } : { error: true });

function report(differences, total) {
  for (const { question, left, right } of differences.slice(0, SHOWN)) {
    console.error(JSON.stringify(question, null, 1).slice(0, 6000), '\nours     ', JSON.stringify(left), '\nreference', JSON.stringify(right), '\n');
  }
  assert.equal(differences.length, 0, `${differences.length} of ${total} differ (seed ${SEED})`);
}

test(`${COUNT} decisions agree (seed ${SEED})`, () => {
  const cases = new Cases(SEED);
  const differences = [];
  const seen = { allow: 0, deny: 0, errors: 0, refused: 0 };
  for (let done = 0; done < COUNT; done += BATCH) {
    const questions = Array.from({ length: Math.min(BATCH, COUNT - done) }, () => cases.next());
    for (const [i, left] of ours(questions).entries()) {
      const right = reference(questions[i]);
      try {
        assert.deepEqual(plain(left), plain(right));
        if (left.error === undefined) {
          assert.ok(left.same, 'text and JSON written by ours read back as the same policy');
          assert.deepEqual(left.est, JSON.parse(JSON.stringify(estOf(questions[i].policies))));
        }
      } catch (error) {
        differences.push({ question: questions[i], left: { ...left, why: error.message.slice(0, 1500) }, right });
      }
      if (right.error !== undefined) seen.refused++;
      else {
        seen[right.decision]++;
        if (right.errors.length > 0) seen.errors++;
      }
    }
  }
  console.log(JSON.stringify(seen));
  report(differences, COUNT);
  assert.ok(seen.refused < COUNT / 10 && seen.allow > COUNT / 20 && seen.errors > COUNT / 20, 'the cases show something');
});

test(`${COUNT} damaged policies are accepted or refused alike (seed ${SEED})`, () => {
  const cases = new Cases(SEED + 1);
  const differences = [];
  let accepted = 0;
  for (let done = 0; done < COUNT; done += BATCH) {
    const questions = Array.from({ length: Math.min(BATCH, COUNT - done) }, () => ({ policies: cases.mutated() })).filter(({ policies }) => !/\?(principal|resource)/.test(policies));
    for (const [i, left] of ours(questions).entries()) {
      const right = cedar.checkParsePolicySet({ staticPolicies: questions[i].policies });
      if (right.type === 'success') accepted++;
      if ((left.error === undefined) !== (right.type === 'success')) differences.push({ question: questions[i], left, right: right.type === 'success' ? right : messages(right) });
    }
  }
  console.log(JSON.stringify({ accepted }));
  report(differences, COUNT);
  assert.ok(accepted > COUNT / 50 && accepted < COUNT * 0.9, 'the cases show something');
});
