// MCP over HTTP by hand: many cheap clients in one process, which see every answer as it is.
import http from 'node:http';

export const LOST = 15_000; // milliseconds after which a reply is lost
export const LEGACY = '2025-11-25';
export const MODERN = '2026-07-28';
const META = {
  'io.modelcontextprotocol/protocolVersion': MODERN, 'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'load', version: '1.0.0' },
};
const ids = () => { let next = 0; return () => ++next; };

// The messages in an answer of either kind, one by one as they come.
class Messages {
  #text = '';
  constructor(type, onMessage) {
    this.events = type?.includes('text/event-stream');
    this.onMessage = onMessage;
  }
  add(chunk) {
    this.#text += chunk.replaceAll('\r', '');
    if (!this.events) return;
    for (let end = this.#text.indexOf('\n\n'); end >= 0; end = this.#text.indexOf('\n\n')) {
      const data = this.#text.slice(0, end).split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart()).join('\n');
      this.#text = this.#text.slice(end + 2);
      if (data) this.onMessage(JSON.parse(data));
    }
  }
  end() { if (!this.events && this.#text) this.onMessage(JSON.parse(this.#text)); }
}

// One HTTP request; resolves when the answer to `body.id` is there, or with the response where nothing is answered.
function exchange(url, agent, headers, body) {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const request = http.request(url, {
      method: 'POST', agent, timeout: LOST,
      headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', 'Content-Length': Buffer.byteLength(text), ...headers },
    }, (response) => {
      let answer;
      const messages = new Messages(response.headers['content-type'], (message) => {
        if (message.method === undefined) answer = message;
      });
      response.setEncoding('utf8');
      response.on('data', (chunk) => messages.add(chunk));
      response.on('error', reject);
      response.on('end', () => {
        try {
          messages.end();
        } catch (error) {
          reject(error);
          return;
        }
        if (response.statusCode >= 300) {
          const refused = new Error(`HTTP ${response.statusCode}: ${JSON.stringify(answer ?? {}).slice(0, 200)}`);
          reject(Object.assign(refused, { status: response.statusCode, headers: response.headers, answer }));
        }
        else resolve({ answer, session: response.headers['mcp-session-id'] });
      });
    });
    request.on('timeout', () => request.destroy(new Error(`no reply within ${LOST} ms`)));
    request.on('error', reject);
    request.end(text);
  });
}

// A client of either era with one connection; of 2025-11-25, in a session of its own.
export class Caller {
  nextId = ids();
  constructor(url, era, headers = {}) {
    this.url = url;
    this.era = era;
    this.headers = headers; // with every request
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    this.session = {};
  }
  async open() {
    if (this.era === MODERN) return;
    const params = { protocolVersion: LEGACY, capabilities: {}, clientInfo: { name: 'load', version: '1.0.0' } };
    const { answer, session } = await exchange(this.url, this.agent, this.headers, { jsonrpc: '2.0', id: this.nextId(), method: 'initialize', params });
    if (!answer?.result) throw Object.assign(new Error(`refused: ${JSON.stringify(answer)}`), { answer });
    this.session = { ...this.headers, 'MCP-Protocol-Version': LEGACY, ...(session && { 'Mcp-Session-Id': session }) };
    await exchange(this.url, this.agent, this.session, { jsonrpc: '2.0', method: 'notifications/initialized' });
  }
  // The answer to a request, whatever it is; `name` is what the header Mcp-Name says of it.
  async ask(method, params = {}, name = params.name) {
    const id = this.nextId();
    const modern = this.era === MODERN;
    const headers = modern ? { ...this.headers, 'MCP-Protocol-Version': MODERN, 'Mcp-Method': method, ...(name && { 'Mcp-Name': name }) } : this.session;
    const { answer } = await exchange(this.url, this.agent, headers, { jsonrpc: '2.0', id, method, params: { ...params, ...(modern && { _meta: META }) } });
    if (answer?.id !== id) throw new Error(`the reply to request ${id} is one to ${answer?.id}`);
    return answer;
  }
  async call(name, args) {
    const answer = await this.ask('tools/call', { name, arguments: args });
    if (answer.error) throw Object.assign(new Error(`refused: ${JSON.stringify(answer.error).slice(0, 200)}`), { answer });
    return answer.result.content[0].text;
  }
  // Ends the session, as a client of 2025-11-25 does that leaves; the status of the answer.
  async end() {
    const response = await fetch(this.url, { method: 'DELETE', headers: this.session });
    return response.status;
  }
  close() { this.agent.destroy(); }
}

// An event stream held open: of a session (GET), or of 2026-07-28 (subscriptions/listen, of which each has an id).
export class Stream {
  ended = false; // by the other side
  told = 0;
  strange = [];
  constructor(url, session, number) {
    this.id = `listen-${number}`;
    const body = session ? undefined : JSON.stringify({
      jsonrpc: '2.0', id: this.id, method: 'subscriptions/listen', params: { notifications: { toolsListChanged: true }, _meta: META },
    });
    const headers = session ? { Accept: 'text/event-stream', ...session } : {
      Accept: 'application/json, text/event-stream', 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body),
      'MCP-Protocol-Version': MODERN, 'Mcp-Method': 'subscriptions/listen',
    };
    this.opened = new Promise((resolve, reject) => {
      this.request = http.request(url, { method: session ? 'GET' : 'POST', agent: false, headers }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`a stream was refused: HTTP ${response.statusCode}`));
        const messages = new Messages(response.headers['content-type'], (message) => this.#receive(message, session, resolve));
        response.setEncoding('utf8');
        response.on('data', (chunk) => messages.add(chunk));
        response.on('close', () => { this.ended = true; });
        response.on('error', () => { this.ended = true; });
        if (session) resolve();
      });
      this.request.on('error', (error) => { this.ended = true; reject(error); });
      this.request.end(body);
    });
  }
  #receive(message, session, resolve) {
    if (!session && message.params?._meta?.['io.modelcontextprotocol/subscriptionId'] !== this.id) this.strange.push(message);
    if (message.method === 'notifications/subscriptions/acknowledged') resolve();
    if (message.method === 'notifications/tools/list_changed') {
      this.told++;
      this.onTold?.();
    }
  }
  close() { this.request.destroy(); }
}
