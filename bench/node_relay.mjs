// The other reference: a relay that does nothing, in the way most MCP gateways are built, on the official SDK's own
// stdio transports. usage: node node_relay.mjs COMMAND ARG…      (packages are found from $AEGIS_NPM)
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';

const require = createRequire(path.join(process.env.AEGIS_NPM, 'package.json'));
const { StdioServerTransport } = require('@modelcontextprotocol/sdk/server/stdio.js');
const { StdioClientTransport } = require('@modelcontextprotocol/sdk/client/stdio.js');

const [command, ...args] = process.argv.slice(2);
const client = new StdioServerTransport();
const server = new StdioClientTransport({ command, args, stderr: 'inherit' });
client.onmessage = (message) => server.send(message);
server.onmessage = (message) => client.send(message);
server.onclose = () => process.exit(0);
process.stdin.on('end', () => server.close());
await server.start();
await client.start();
