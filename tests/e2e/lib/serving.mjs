// Serves an SDK v2 server over stdio or Streamable HTTP, for the fixtures: one factory, both eras.
//   --stdio            the era is the opening message's
//   --http [--port N]  one endpoint, /mcp, on any free port; the era is each request's; 2025 clients get sessions.
//                      Only loopback names are served, as every local server ought to do.
//   --era modern       refuses 2025 clients
// Everything but the protocol goes to stderr; over HTTP the first line is `listening on URL`.
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { fromNpm } from './npm.mjs';

const { createMcpHandler, isLegacyRequest } = fromNpm('@modelcontextprotocol/server');
const { serveStdio } = fromNpm('@modelcontextprotocol/server/stdio');
const { NodeStreamableHTTPServerTransport, localhostHostValidation, localhostOriginValidation, toNodeHandler, toWebRequest } =
  fromNpm('@modelcontextprotocol/node');

const LARGEST_BODY = 32 << 20; // bytes; the tests send messages of some MiB
const RETRY_MILLISECONDS = 100; // told to 2025 clients whose stream a tool closes: they come back soon

// Tells whoever listens that a list or a resource has changed. A 2025 connection, and any stdio connection, has a
// server instance of its own; modern HTTP requests each have one, and are reached through the handler's notifier.
class Changes {
  instances = new Map(); // McpServer → the set of URIs subscribed to by resources/subscribe, or undefined: not filtered here
  notifier;

  tools() {
    this.notifier?.toolsChanged();
    for (const server of this.instances.keys()) server.sendToolListChanged();
  }
  prompts() {
    this.notifier?.promptsChanged();
    for (const server of this.instances.keys()) server.sendPromptListChanged();
  }
  resource(uri) {
    this.notifier?.resourceUpdated(uri);
    for (const [server, subscribed] of this.instances) {
      if (!subscribed || subscribed.has(uri)) server.server.sendResourceUpdated({ uri }).catch(report);
    }
  }
}

const report = (error) => process.stderr.write(`${error.message}\n`);

// Remembers what was sent on each stream of a session, so that a client that lost one can have the rest.
class Events {
  sent = [];
  async storeEvent(stream, message) {
    this.sent.push({ stream, message });
    return String(this.sent.length);
  }
  async getStreamIdForEventId(id) { return this.sent[Number(id) - 1]?.stream; }
  async replayEventsAfter(last, { send }) {
    const { stream } = this.sent[Number(last) - 1] ?? {};
    for (let index = Number(last); index < this.sent.length; index++) {
      const event = this.sent[index];
      if (event.stream === stream && Object.keys(event.message).length > 0) await send(String(index + 1), event.message);
    }
    return stream;
  }
}

async function bodyOf(request) {
  const pieces = [];
  let size = 0;
  for await (const piece of request) {
    size += piece.length;
    if (size > LARGEST_BODY) throw Object.assign(new Error('body too large'), { status: 413, code: -32600 });
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    throw Object.assign(new Error('Parse error'), { status: 400, code: -32700 });
  }
}

function refuse(response, status, code, message) {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } }));
}

function httpHandler(factory, changes, era) {
  const modern = createMcpHandler((context) => factory(context, changes), { legacy: 'reject', onerror: report, maxRequestBodySize: LARGEST_BODY });
  changes.notifier = modern.notify;
  const serveModern = toNodeHandler(modern, { onerror: report });
  const sessions = new Map();

  async function session(request, response, body) {
    const id = request.headers['mcp-session-id'];
    if (id !== undefined) return sessions.get(id) ?? refuse(response, 404, -32001, 'Session not found');
    if (body?.method !== 'initialize') return refuse(response, 400, -32000, 'Bad Request: no session id');
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID, eventStore: new Events(), retryInterval: RETRY_MILLISECONDS,
      onsessioninitialized: (newId) => { sessions.set(newId, transport); },
      onsessionclosed: (oldId) => { sessions.delete(oldId); },
    });
    const server = factory({ era: 'legacy' }, changes);
    changes.instances.set(server, server.subscribed);
    transport.onclose = () => changes.instances.delete(server);
    await server.connect(transport);
    return transport;
  }

  const valid = [localhostHostValidation(), localhostOriginValidation()];
  return async (request, response) => {
    try {
      if (!valid.every((check) => check(request, response))) return;
      if (new URL(request.url, 'http://localhost').pathname !== '/mcp') return refuse(response, 404, -32000, 'Not Found');
      const body = request.method === 'POST' ? await bodyOf(request) : undefined;
      const legacy = era !== 'modern' && await isLegacyRequest(await toWebRequest(request, body), body);
      if (!legacy) return await serveModern(request, response, body);
      const transport = await session(request, response, body);
      if (transport) await transport.handleRequest(request, response, body);
    } catch (error) {
      report(error);
      if (!response.headersSent) refuse(response, error.status ?? 500, error.code ?? -32603, error.message);
    }
  };
}

// factory({era}, changes) → McpServer; a `subscribed` set on it is its 2025 subscriptions.
export function serve(factory) {
  const { values: options } = parseArgs({
    options: { stdio: { type: 'boolean' }, http: { type: 'boolean' }, port: { type: 'string', default: '0' }, era: { type: 'string' } },
  });
  const changes = new Changes();
  if (options.stdio) {
    serveStdio((context) => {
      const server = factory(context, changes);
      changes.instances.clear(); // one connection; an instance made for a probe is gone by now
      changes.instances.set(server, context.era === 'legacy' ? server.subscribed : undefined);
      return server;
    }, { legacy: options.era === 'modern' ? 'reject' : 'serve', onerror: report });
    return;
  }
  const listener = http.createServer(httpHandler(factory, changes, options.era));
  listener.listen(Number(options.port), '127.0.0.1', () => process.stderr.write(`listening on http://127.0.0.1:${listener.address().port}/mcp\n`));
  process.on('SIGTERM', () => process.exit(0));
}
