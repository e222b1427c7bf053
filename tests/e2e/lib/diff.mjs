import assert from 'node:assert/strict';

// Readable differences: where two messages part, and what stands there on each side.
const WIDTH = 160; // characters shown of a value, and before the place where two long texts part

function clip(value, from = 0) {
  const text = value === undefined ? '(nothing)' : JSON.stringify(value);
  const start = Math.max(0, from - WIDTH / 4);
  const shown = text.slice(start, start + WIDTH);
  return `${start > 0 ? '…' : ''}${shown}${start + WIDTH < text.length ? `… (${text.length} characters)` : ''}`;
}

function firstDifference(left, right) {
  const [a, b] = [JSON.stringify(left) ?? '', JSON.stringify(right) ?? ''];
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

// The paths at which `left` and `right` differ, at most `limit` of them.
export function differences(left, right, limit = 5, path = '$', found = []) {
  if (found.length >= limit || Object.is(left, right)) return found;
  const both = [left, right];
  if (both.every((value) => value && typeof value === 'object' && Array.isArray(value) === Array.isArray(left))) {
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) differences(left[key], right[key], limit, `${path}.${key}`, found);
    return found;
  }
  found.push({ path, left, right });
  return found;
}

export function describe(name, index, left, right, labels) {
  const lines = [`${name}, message ${index + 1}:`];
  for (const difference of differences(left, right)) {
    const from = firstDifference(difference.left, difference.right);
    lines.push(`  at ${difference.path}`, `    ${labels[0]}: ${clip(difference.left, from)}`, `    ${labels[1]}: ${clip(difference.right, from)}`);
  }
  return lines.join('\n');
}

// Compares two lists of messages or lines; returns '' or a description of the first difference.
export function compareLists(name, left, right, labels) {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    if (JSON.stringify(left[index]) !== JSON.stringify(right[index])) return describe(name, index, left[index], right[index], labels);
  }
  return '';
}

// What a client's transport saw against what a tap at the server saw: every line, to the byte, in order.
export function bothWays(transport, atServer) {
  const at = (to) => atServer.filter((entry) => entry.to === to).map((entry) => entry.line);
  return [
    compareLists('client to server', transport.sent(), at('server'), ['sent by the client', 'got by the server']),
    compareLists('server to client', at('client'), transport.received(), ['sent by the server', 'got by the client']),
  ];
}

export function same(differences) {
  const found = differences.filter(Boolean);
  if (found.length > 0) assert.fail(found.join('\n'));
}
