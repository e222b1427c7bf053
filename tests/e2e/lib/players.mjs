// Clients that perform a play (plays.mjs): the two SDKs for JavaScript here, the Inspector and the Python SDK as
// programs. Each answers {feature: {yes: what} | {no: why} | {not: why}}; `not` is for what the client cannot do at all.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { ROOT, fromNpm, program } from './npm.mjs';
import { ANSWERS, FEATURES } from './plays.mjs';

const run = promisify(execFile);
const PATIENCE = 20_000; // milliseconds for one feature
const SOON = 300; // milliseconds after which a call is given up; the server is in the middle of it by then
export const PYTHON = process.env.AEGIS_PYTHON_MCP ?? path.join(ROOT, 'build/tools/mcp/bin/python');

const INFO = { name: 'matrix', version: '1.0.0' };
const CAPABILITIES = { elicitation: { form: {} }, sampling: {} };
const textOf = (result) => (result.content ?? []).map((block) => block.text ?? '').join('\n');
const elicited = { action: 'accept', content: { name: ANSWERS.name } };
const sampled = { role: 'assistant', model: 'a-model', stopReason: 'endTurn', content: { type: 'text', text: ANSWERS.sampled } };

async function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`no ${what} within ${PATIENCE} ms`)), PATIENCE); });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

// Both SDKs with one face: {client, open(target), revision(), updated(handler), watch(uri)}.
function v1() {
  const { Client } = fromNpm('@modelcontextprotocol/sdk/client/index.js');
  const { StreamableHTTPClientTransport } = fromNpm('@modelcontextprotocol/sdk/client/streamableHttp.js');
  const { StdioClientTransport } = fromNpm('@modelcontextprotocol/sdk/client/stdio.js');
  const types = fromNpm('@modelcontextprotocol/sdk/types.js');
  const client = new Client(INFO, { capabilities: CAPABILITIES });
  client.setRequestHandler(types.ElicitRequestSchema, () => elicited);
  client.setRequestHandler(types.CreateMessageRequestSchema, () => sampled);
  let revision;
  return {
    client,
    async open(target) {
      const transport = target.url ? new StreamableHTTPClientTransport(new URL(target.url)) : new StdioClientTransport({ ...target, stderr: 'ignore' });
      // The client tells only its transport which revision was agreed.
      const told = transport.setProtocolVersion?.bind(transport);
      transport.setProtocolVersion = (version) => { revision = version; told?.(version); };
      await client.connect(transport);
    },
    revision: () => revision,
    updated: (handler) => client.setNotificationHandler(types.ResourceUpdatedNotificationSchema, handler),
    watch: (uri) => client.subscribeResource({ uri }),
    call: (name, args, options) => client.callTool({ name, arguments: args }, undefined, options),
  };
}

function v2(versionNegotiation) {
  const { Client, StreamableHTTPClientTransport } = fromNpm('@modelcontextprotocol/client');
  const { StdioClientTransport } = fromNpm('@modelcontextprotocol/client/stdio');
  const client = new Client(INFO, { capabilities: CAPABILITIES, versionNegotiation });
  client.setRequestHandler('elicitation/create', () => elicited);
  client.setRequestHandler('sampling/createMessage', () => sampled);
  return {
    client,
    open: (target) => client.connect(target.url ? new StreamableHTTPClientTransport(new URL(target.url)) : new StdioClientTransport({ ...target, stderr: 'ignore' })),
    revision: () => client.getNegotiatedProtocolVersion(),
    updated: (handler) => client.setNotificationHandler('notifications/resources/updated', handler),
    watch: (uri) => (client.getProtocolEra() === 'modern' ? client.listen({ resourceSubscriptions: [uri] }) : client.subscribeResource({ uri })),
    call: (name, args, options) => client.callTool({ name, arguments: args }, options),
  };
}

const expectText = (result, expected) => {
  if (result.isError || !textOf(result).includes(expected)) throw new Error(`expected “${expected}”, got ${JSON.stringify(result).slice(0, 300)}`);
};

const PERFORM = {
  async list({ client }, { least }) {
    const { tools } = await client.listTools();
    if (tools.length < least) throw new Error(`${tools.length} tools of at least ${least}`);
  },
  call: async (sdk, { tool, args, expect }) => expectText(await sdk.call(tool, args), expect),
  elicitation: async (sdk, { tool, args, expect }) => expectText(await sdk.call(tool, args), expect),
  sampling: async (sdk, { tool, args, expect }) => expectText(await sdk.call(tool, args), expect),
  async subscription(sdk, { uri, tool }) {
    const update = new Promise((resolve) => { sdk.updated(({ params }) => params.uri === uri && resolve()); });
    await sdk.client.listResources(); // as a client learns of it; a gateway learns by it whose it is
    await sdk.watch(uri);
    await sdk.call(tool, {});
    await within(update, `update of ${uri}`);
  },
  async cancel(sdk, { tool, args, witness, expect }) {
    const abort = new AbortController();
    setTimeout(() => abort.abort('given up'), SOON);
    const token = randomUUID();
    const mine = 'token' in args ? { ...args, token } : args;
    const ended = await sdk.call(tool, mine, { signal: abort.signal, onprogress: () => {} }).catch((error) => error);
    if (!(ended instanceof Error)) throw new Error('the call was answered, though it was given up');
    if (witness) expectText(await sdk.call(witness, { token }), expect);
    else await sdk.client.listTools(); // the connection has survived
  },
  async progress(sdk, { tool, args, least }) {
    let seen = 0;
    await sdk.call(tool, args, { onprogress: () => { seen++; } });
    if (seen < least) throw new Error(`${seen} notifications of at least ${least}`);
  },
};

async function perform(sdk, target, play) {
  const outcome = {};
  try {
    await within(sdk.open(target), 'connection');
    outcome.open = { yes: sdk.revision() };
  } catch (error) {
    return Object.fromEntries(FEATURES.map((feature) => [feature, { no: error.message }]));
  }
  for (const feature of FEATURES.slice(1)) {
    if (play[feature].not) {
      outcome[feature] = play[feature];
      continue;
    }
    try {
      await within(PERFORM[feature](sdk, play[feature]), feature);
      outcome[feature] = { yes: 'yes' };
    } catch (error) {
      outcome[feature] = { no: error.message };
    }
  }
  await Promise.race([sdk.client.close().catch(() => {}), new Promise((resolve) => { setTimeout(resolve, 3_000).unref(); })]);
  return outcome;
}

const ONE_CALL = 'the command line makes one call and ends; it answers no questions and shows no notifications';

async function inspector(era, target, play) {
  const [node, script] = program('mcp-inspector');
  const where = target.url ? ['--server-url', target.url, '--transport', 'http'] : [target.command, ...target.args];
  const ask = async (...args) => {
    try {
      const { stdout } = await run(node, [script, '--cli', ...where, ...args, '--format', 'json', '-q', '--protocol-era', era], { timeout: PATIENCE, env: process.env });
      return JSON.parse(stdout).result;
    } catch (error) {
      throw new Error(`${error.stderr ?? ''} ${error.stdout ?? ''} ${error.message}`.trim().slice(0, 300));
    }
  };
  const outcome = Object.fromEntries(FEATURES.map((feature) => [feature, play[feature]?.not ? play[feature] : { not: ONE_CALL }]));
  try {
    const { tools } = await ask('--method', 'tools/list');
    outcome.open = { yes: 'yes' };
    outcome.list = tools.length >= play.list.least ? { yes: 'yes' } : { no: `${tools.length} tools` };
    const { tool, args, expect } = play.call;
    expectText(await ask('--method', 'tools/call', '--tool-name', tool, '--tool-args-json', JSON.stringify(args)), expect);
    outcome.call = { yes: 'yes' };
  } catch (error) {
    for (const feature of ['open', 'list', 'call']) if (!outcome[feature].yes) outcome[feature] = { no: error.message };
  }
  return outcome;
}

async function python(target, play) {
  const request = JSON.stringify({ target, play, answers: ANSWERS, features: FEATURES, token: randomUUID(), patience: PATIENCE / 1_000, soon: SOON / 1_000 });
  try {
    const { stdout } = await run(PYTHON, [path.join(ROOT, 'tests/e2e/lib/player.py'), request], { timeout: FEATURES.length * PATIENCE });
    return JSON.parse(stdout);
  } catch (error) {
    return Object.fromEntries(FEATURES.map((feature) => [feature, { no: `${error.message} ${error.stderr ?? ''}`.slice(-400) }]));
  }
}

export const CLIENTS = {
  'TypeScript SDK 1.32': (target, play) => perform(v1(), target, play),
  'TypeScript SDK 2.4, auto': (target, play) => perform(v2({ mode: 'auto' }), target, play),
  'TypeScript SDK 2.4, 2026-07-28': (target, play) => perform(v2({ mode: { pin: '2026-07-28' } }), target, play),
  'Inspector 2.12, legacy': (target, play) => inspector('legacy', target, play),
  'Inspector 2.12, modern': (target, play) => inspector('modern', target, play),
  'Python SDK 2.3, auto': python,
};
// Those that speak nothing but one era, and so cannot talk to a server of the other by themselves.
export const ONLY = {
  'TypeScript SDK 1.32': 'legacy', 'Inspector 2.12, legacy': 'legacy', 'TypeScript SDK 2.4, 2026-07-28': 'modern', 'Inspector 2.12, modern': 'modern',
};
