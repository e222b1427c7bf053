// An MCP server over HTTP, in the test's own process, that keeps the headers of every request it gets. It speaks the
// handshake revisions without sessions, and has one tool, `echo`.
import http from 'node:http';

const LATEST = '2025-11-25';

function answerTo({ id, method, params }) {
  const result = (value) => ({ jsonrpc: '2.0', id, result: value });
  switch (method) {
    case 'initialize': return result({ protocolVersion: LATEST, capabilities: { tools: {} }, serverInfo: { name: 'witness', version: '1.0.0' } });
    case 'ping': return result({});
    case 'tools/list': return result({ tools: [{ name: 'echo', description: 'Returns its message.', inputSchema: { type: 'object' } }] });
    case 'tools/call': return result({ content: [{ type: 'text', text: String(params.arguments.message) }] });
    default: return { jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } };
  }
}

// → {url, seen: [{method, headers}], close()}
export async function witness() {
  const seen = [];
  const server = http.createServer(async (request, response) => {
    if (request.method !== 'POST') {
      seen.push({ method: request.method, headers: request.headers });
      response.writeHead(405).end();
      return;
    }
    let body = '';
    for await (const chunk of request) body += chunk;
    const message = JSON.parse(body);
    seen.push({ method: message.method, headers: request.headers });
    if (message.id === undefined) {
      response.writeHead(202).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answerTo(message)));
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  server.unref();
  return { url: `http://127.0.0.1:${server.address().port}/mcp`, seen, close: () => { server.closeAllConnections(); server.close(); } };
}
