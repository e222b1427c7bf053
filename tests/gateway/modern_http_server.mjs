// A server of 2026-07-28 alone, over HTTP, with the SDK. Says on stderr where it listens.
import { createRequire } from 'node:module';
import http from 'node:http';
import path from 'node:path';

const fromNpm = createRequire(path.join(process.env.AEGIS_NPM, 'package.json'));
const { McpServer, createMcpHandler } = fromNpm('@modelcontextprotocol/server');
const { toNodeHandler } = fromNpm('@modelcontextprotocol/node');
const { z } = fromNpm('zod');
let cancelled = 0;

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'modern', version: '1' }, { capabilities: { tools: { listChanged: true } } });
  const text = (value) => ({ content: [{ type: 'text', text: value }] });
  const tool = (name, shape, call) => server.registerTool(name, { inputSchema: z.object(shape) }, call);
  tool('echo', { where: z.string().meta({ 'x-mcp-header': 'Region' }) }, ({ where }) => text(`Echo: ${where}`));
  tool('steps', {}, async (_, { mcpReq }) => {
    await mcpReq.notify({ method: 'notifications/progress', params: { progressToken: 'p', progress: 1 } });
    return text('Done');
  });
  tool('wait', {}, (_, { mcpReq }) => new Promise((resolve) => {
    mcpReq.signal.addEventListener('abort', () => { cancelled += 1; resolve(text('Cancelled')); });
    mcpReq.notify({ method: 'notifications/progress', params: { progressToken: 'w', progress: 1 } });
  }));
  tool('cancelled', {}, () => text(String(cancelled)));
  tool('change', {}, () => { handler.notify.toolsChanged(); return text('Told'); });
  return server;
}, { legacy: 'reject' });

http.createServer(toNodeHandler(handler)).listen(0, '127.0.0.1', function listening() {
  console.error(`listening on port ${this.address().port}`);
});
