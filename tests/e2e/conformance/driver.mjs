// The client the conformance suite starts: does what each of its client scenarios expects of a client, with an SDK and
// nothing else. Called as `node driver.mjs URL`, the scenario in $MCP_CONFORMANCE_SCENARIO.
//   $AEGIS_SDK    v1 (speaks 2025-11-25) or v2 (finds out the era)
//   $AEGIS_GUARD  a command line, as JSON; the client then speaks stdio to it, and the URL is appended to it
import process from 'node:process';
import { fromNpm } from '../lib/npm.mjs';

const url = process.argv[2];
const { MCP_CONFORMANCE_SCENARIO: scenario, MCP_CONFORMANCE_CONTEXT: context, AEGIS_SDK: sdk = 'v2', AEGIS_GUARD: guard } = process.env;
const INFO = { name: 'conformance-client', version: '1.0.0' };

// The answer to any form: everything its schema can be satisfied with by itself.
function fill({ requestedSchema }) {
  const value = { boolean: true, string: 'text', integer: 1, number: 1.5, array: [] };
  const required = requestedSchema?.required ?? [];
  const properties = Object.entries(requestedSchema?.properties ?? {});
  return { action: 'accept', content: Object.fromEntries(properties.filter(([name, { type }]) => required.includes(name) || type === 'boolean' && name === 'confirmed')
    .map(([name, { type, enum: choices }]) => [name, choices?.[0] ?? value[type]])) };
}
const sampled = () => ({ role: 'assistant', model: 'a-model', stopReason: 'endTurn', content: { type: 'text', text: 'Paris' } });
const roots = () => ({ roots: [{ uri: 'file:///work', name: 'work' }] });

const SDKS = {
  v1() {
    const { Client } = fromNpm('@modelcontextprotocol/sdk/client/index.js');
    const { StreamableHTTPClientTransport } = fromNpm('@modelcontextprotocol/sdk/client/streamableHttp.js');
    const { StdioClientTransport } = fromNpm('@modelcontextprotocol/sdk/client/stdio.js');
    const types = fromNpm('@modelcontextprotocol/sdk/types.js');
    const client = new Client(INFO, { capabilities: { roots: {}, sampling: {}, elicitation: { form: { applyDefaults: true } } } });
    client.setRequestHandler(types.ElicitRequestSchema, ({ params }) => fill(params));
    client.setRequestHandler(types.CreateMessageRequestSchema, sampled);
    client.setRequestHandler(types.ListRootsRequestSchema, roots);
    return { client, StreamableHTTPClientTransport, StdioClientTransport };
  },
  v2() {
    const { Client, StreamableHTTPClientTransport } = fromNpm('@modelcontextprotocol/client');
    const { StdioClientTransport } = fromNpm('@modelcontextprotocol/client/stdio');
    const client = new Client(INFO, {
      capabilities: { roots: {}, sampling: {}, elicitation: { form: { applyDefaults: true } } }, versionNegotiation: { mode: 'auto' },
    });
    client.setRequestHandler('elicitation/create', ({ params }) => fill(params));
    client.setRequestHandler('sampling/createMessage', sampled);
    client.setRequestHandler('roots/list', roots);
    return { client, StreamableHTTPClientTransport, StdioClientTransport };
  },
};

const ARGUMENTS = { string: 'text', number: 1, integer: 1, boolean: true, object: {}, array: [], null: null };
const argumentsFor = ({ inputSchema }) =>
  Object.fromEntries((inputSchema.required ?? []).map((name) => [name, ARGUMENTS[inputSchema.properties?.[name]?.type] ?? 'text']));
const call = (client, name, args = {}) => client.callTool({ name, arguments: args });
const callAll = async (client) => {
  for (const tool of (await client.listTools()).tools) await call(client, tool.name, argumentsFor(tool));
};

const SCENARIOS = {
  initialize: (client) => client.listTools(),
  async tools_call(client) {
    await client.listTools();
    await call(client, 'add_numbers', { a: 5, b: 3 });
  },
  async 'elicitation-sep1034-client-defaults'(client) {
    await client.listTools();
    await call(client, 'test_client_elicitation_defaults');
  },
  async 'sse-retry'(client) {
    await client.listTools();
    await call(client, 'test_reconnection');
  },
  'request-metadata': (client) => client.listTools(),
  async 'sep-2322-client-request-state'(client) {
    await client.listTools();
    await Promise.all([call(client, 'test_mrtr_echo_state'), call(client, 'test_mrtr_unrelated')]);
    await call(client, 'test_mrtr_no_state');
    await call(client, 'test_mrtr_unrelated');
    await call(client, 'test_mrtr_no_result_type');
  },
  async 'http-standard-headers'(client) {
    await callAll(client);
    for (const { uri } of (await client.listResources()).resources) await client.readResource({ uri });
    for (const { name } of (await client.listPrompts()).prompts) await client.getPrompt({ name });
  },
  async 'http-custom-headers'(client) {
    await client.listTools();
    for (const { name, arguments: args } of JSON.parse(context).toolCalls) await call(client, name, args);
  },
  'http-invalid-tool-headers': callAll,
  'json-schema-ref-no-deref': (client) => client.listTools(),
  async 'json-schema-2020-12-preservation'(client) {
    const { tools } = await client.listTools();
    await call(client, 'json_schema_echo', { schema: tools.find(({ name }) => name === 'json_schema_2020_12_tool').inputSchema });
  },
};

const { client, StreamableHTTPClientTransport, StdioClientTransport } = SDKS[sdk]();
const [command, ...args] = guard ? [...JSON.parse(guard), url] : [];
await client.connect(guard ? new StdioClientTransport({ command, args, stderr: 'inherit' }) : new StreamableHTTPClientTransport(new URL(url)));
await SCENARIOS[scenario](client);
await client.close();
