// The scripted sessions that compare.mjs runs twice: every tool of three real servers, every feature of the protocol.
// A session must be deterministic but for what normalise.mjs lists, so each step waits for all it caused.
import { fromNpm } from './env.mjs';

const types = fromNpm('@modelcontextprotocol/sdk/types.js');
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

// What the client declares, and how it answers what servers ask.
export const CAPABILITIES = {
  sampling: {}, elicitation: { form: {}, url: {} }, roots: { listChanged: true },
  tasks: { list: {}, cancel: {}, requests: { sampling: { createMessage: {} }, elicitation: { create: {} } } },
};
export function answerServer(client, state) {
  client.setRequestHandler(types.ListRootsRequestSchema, () => ({ roots: state.roots }));
  client.setRequestHandler(types.CreateMessageRequestSchema, (request) => ({
    model: 'scripted-model', role: 'assistant', stopReason: 'endTurn',
    content: { type: 'text', text: `You asked: ${request.params.messages[0].content.text}` },
  }));
  client.setRequestHandler(types.ElicitRequestSchema, () => state.elicitation.shift() ?? { action: 'cancel' });
}

const ask = (client, method, params) => client.request({ method, params }, types.ResultSchema);
const call = (client, name, args = {}) => ask(client, 'tools/call', { name, arguments: args });
// A step that must fail: the error itself is part of what is compared.
const refused = async (promise) => {
  const result = await promise.catch((error) => error);
  if (!(result instanceof Error)) throw new Error('a request that must be refused was answered');
};

export async function everything({ client, transport, state }) {
  const seen = (method) => (message) => message.method === method;
  await transport.until(seen('roots/list'), 'request for the roots');
  await transport.until((message) => message.params?.logger === 'everything-server', 'log line about the roots');
  await client.ping();
  await client.setLoggingLevel('debug');

  await client.listTools();
  await call(client, 'echo', { message: 'plain, “quoted”, ünïcode 日本語 🛡 \\ / \u0007 \u2028 end' });
  for (const messageType of ['error', 'success', 'debug']) await call(client, 'get-annotated-message', { messageType, includeImage: messageType !== 'debug' });
  await call(client, 'get-env');
  await call(client, 'get-resource-links', { count: 6 });
  await call(client, 'get-resource-reference', { resourceType: 'Text', resourceId: 3 });
  await call(client, 'get-resource-reference', { resourceType: 'Blob', resourceId: 4 });
  for (const location of ['New York', 'Chicago', 'Los Angeles']) await call(client, 'get-structured-content', { location });
  await call(client, 'get-sum', { a: 1.5e300, b: -0.1 });
  await call(client, 'get-sum', { a: 9007199254740993, b: 1e-7 });
  await call(client, 'get-tiny-image');
  for (const outputType of ['resource', 'resourceLink']) {
    await call(client, 'gzip-file-as-resource', { name: `${outputType}.gz`, data: 'data:text/plain,compress%20me', outputType });
  }
  await call(client, 'get-roots-list');

  await call(client, 'toggle-simulated-logging');
  await call(client, 'toggle-simulated-logging');
  await ask(client, 'resources/subscribe', { uri: 'demo://resource/dynamic/text/1' });
  await call(client, 'toggle-subscriber-updates');
  await transport.until(seen('notifications/resources/updated'), 'resource update');
  await call(client, 'toggle-subscriber-updates');
  await ask(client, 'resources/unsubscribe', { uri: 'demo://resource/dynamic/text/1' });

  state.elicitation = [
    { action: 'accept', content: { name: 'Ada', check: true, firstLine: 'ordinary', email: 'ada@example.com', integer: 42, number: 3.5 } },
    { action: 'decline' }, { action: 'accept' },
  ];
  await call(client, 'trigger-elicitation-request');
  await call(client, 'trigger-elicitation-request');
  await call(client, 'trigger-url-elicitation', { url: 'https://example.com/consent', message: 'Please consent.', elicitationId: 'consent-1' });
  await refused(call(client, 'trigger-url-elicitation', { url: 'https://example.com/later', elicitationId: 'consent-2', errorPath: true }));
  await call(client, 'trigger-sampling-request', { prompt: 'Name a prime.', maxTokens: 20 });
  await call(client, 'trigger-sampling-request-async', { prompt: 'Name another.', maxTokens: 20 });
  state.elicitation = [{ action: 'accept', content: { name: 'Grace', email: 'grace@example.com' } }];
  await call(client, 'trigger-elicitation-request-async');

  state.elicitation = [{ action: 'accept', content: { interpretation: 'technical' } }];
  const created = await ask(client, 'tools/call', { name: 'simulate-research-query', arguments: { topic: 'python', ambiguous: true }, task: { ttl: 60_000 } });
  const { taskId } = created.task;
  await ask(client, 'tasks/result', { taskId });
  await ask(client, 'tasks/get', { taskId });
  await ask(client, 'tasks/list', {});
  const second = await ask(client, 'tools/call', { name: 'simulate-research-query', arguments: { topic: 'rivers' }, task: { ttl: 60_000 } });
  await ask(client, 'tasks/cancel', { taskId: second.task.taskId });

  await client.request({ method: 'tools/call', params: { name: 'trigger-long-running-operation', arguments: { duration: 0.8, steps: 4 } } },
    types.ResultSchema, { onprogress: () => {} });
  const abort = new AbortController();
  setTimeout(() => abort.abort('the user changed their mind'), 250);
  await refused(client.request({ method: 'tools/call', params: { name: 'trigger-long-running-operation', arguments: { duration: 2, steps: 2 } } },
    types.ResultSchema, { signal: abort.signal }));

  const { resources } = await client.listResources();
  for (const { uri } of resources) await client.readResource({ uri });
  await client.listResourceTemplates();
  await client.readResource({ uri: 'demo://resource/dynamic/text/7' });
  await client.readResource({ uri: 'demo://resource/dynamic/blob/8' });
  await refused(client.readResource({ uri: 'demo://nothing/here' }));

  await client.listPrompts();
  await client.getPrompt({ name: 'simple-prompt' });
  await client.getPrompt({ name: 'args-prompt', arguments: { city: 'Lübeck', state: 'Schleswig-Holstein' } });
  await client.getPrompt({ name: 'completable-prompt', arguments: { department: 'Sales', name: 'Eve' } });
  await client.getPrompt({ name: 'resource-prompt', arguments: { resourceType: 'Text', resourceId: '2' } });
  await refused(client.getPrompt({ name: 'no-such-prompt' }));
  const prompt = { type: 'ref/prompt', name: 'completable-prompt' };
  await client.complete({ ref: prompt, argument: { name: 'department', value: 'S' } });
  await client.complete({ ref: prompt, argument: { name: 'name', value: 'E' }, context: { arguments: { department: 'Sales' } } });
  await client.complete({ ref: { type: 'ref/resource', uri: 'demo://resource/dynamic/text/{resourceId}' }, argument: { name: 'resourceId', value: '1' } });

  await call(client, 'no-such-tool');
  await call(client, 'get-sum', { a: 'one', b: 2 });
  await refused(ask(client, 'no/such/method', {}));
  state.roots = [];
  const before = transport.received().length;
  await client.sendRootsListChanged();
  await transport.until((message) => message.params?.data === 'Roots updated: 0 root(s) received from client', `answer to changed roots after line ${before}`);
}

export async function filesystem({ client, folder, transport }) {
  const at = (name) => `${folder}/${name}`;
  await transport.until((message) => message.method === 'roots/list', 'request for the roots');
  await client.listTools();
  await call(client, 'list_allowed_directories');
  await call(client, 'create_directory', { path: at('src/deep') });
  await call(client, 'write_file', { path: at('src/main.py'), content: 'def main():\n    print("héllo")\n\n\nif __name__ == "__main__":\n    main()\n' });
  await call(client, 'write_file', { path: at('notes.md'), content: `# Notes\n\n${'A line of ordinary notes.\n'.repeat(400)}` });
  await call(client, 'write_file', { path: at('data.json'), content: JSON.stringify({ rows: Array.from({ length: 50 }, (_, id) => ({ id, ok: true })) }, null, 2) });
  await call(client, 'write_file', { path: at('src/pixel.png'), content: PIXEL });
  await call(client, 'read_file', { path: at('src/main.py') });
  await call(client, 'read_text_file', { path: at('notes.md'), head: 3 });
  await call(client, 'read_text_file', { path: at('notes.md'), tail: 2 });
  await call(client, 'read_media_file', { path: at('src/pixel.png') });
  await call(client, 'read_multiple_files', { paths: [at('src/main.py'), at('data.json'), at('missing.txt')] });
  await call(client, 'edit_file', { path: at('src/main.py'), edits: [{ oldText: 'print("héllo")', newText: 'print("hello")' }], dryRun: true });
  await call(client, 'edit_file', { path: at('src/main.py'), edits: [{ oldText: 'print("héllo")', newText: 'print("hello")' }] });
  await call(client, 'list_directory', { path: folder });
  await call(client, 'list_directory_with_sizes', { path: folder, sortBy: 'size' });
  await call(client, 'directory_tree', { path: folder, excludePatterns: ['*.png'] });
  await call(client, 'search_files', { path: folder, pattern: '**/*.py' });
  await call(client, 'get_file_info', { path: at('data.json') });
  await call(client, 'move_file', { source: at('data.json'), destination: at('src/data.json') });
  // Refusals of the server itself: they must arrive as the server put them.
  await call(client, 'read_text_file', { path: at('missing.txt') });
  await call(client, 'read_text_file', { path: '/etc/hostname' });
  await call(client, 'move_file', { source: at('missing.txt'), destination: at('other.txt') });
  await call(client, 'edit_file', { path: at('src/main.py'), edits: [{ oldText: 'not there', newText: 'x' }] });
  await call(client, 'read_text_file', { path: at('notes.md'), head: 1, tail: 1 });
  await call(client, 'write_file', { path: at('no-content.txt') });
  // Many at once: answers may come in any order, each to its own question.
  await Promise.all(Array.from({ length: 20 }, (_, index) => call(client, 'read_text_file', { path: at(index % 2 ? 'notes.md' : 'src/main.py') })));
}

export async function memory({ client }) {
  await client.listTools();
  await call(client, 'create_entities', { entities: [
    { name: 'Lighthouse', entityType: 'project', observations: ['written in C++20', 'released every other Tuesday'] },
    { name: 'Ada', entityType: 'person', observations: ['maintains the parser'] },
    { name: 'Grace', entityType: 'person', observations: [] },
  ] });
  await call(client, 'create_relations', { relations: [{ from: 'Ada', to: 'Lighthouse', relationType: 'maintains' }, { from: 'Grace', to: 'Lighthouse', relationType: 'reviews' }] });
  await call(client, 'add_observations', { observations: [{ entityName: 'Grace', contents: ['prefers small changes', 'works from Lübeck'] }] });
  await refused(call(client, 'add_observations', { observations: [{ entityName: 'Nobody', contents: ['x'] }] }).then((result) => {
    if (result.isError) throw new Error('refused in the result');
  }));
  await call(client, 'read_graph');
  await call(client, 'search_nodes', { query: 'parser' });
  await call(client, 'open_nodes', { names: ['Lighthouse', 'Nobody'] });
  await client.listResources();
  await client.readResource({ uri: 'memory://knowledge-graph' });
  await call(client, 'delete_observations', { deletions: [{ entityName: 'Lighthouse', observations: ['released every other Tuesday'] }] });
  await call(client, 'delete_relations', { relations: [{ from: 'Grace', to: 'Lighthouse', relationType: 'reviews' }] });
  await call(client, 'delete_entities', { entityNames: ['Grace'] });
  await call(client, 'read_graph');
  await call(client, 'create_entities', { entities: 'not a list' });
}
