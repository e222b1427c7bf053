// What differs between two runs of the same session for reasons of its own, and nothing else.
export const NORMALISED = [
  'the temporary folder of the run',
  'UUIDs and task ids (32 hex digits)',
  'times: ISO 8601, JavaScript Date.toString(), and clock times',
  'the environment variables a process sets for its child (_, PWD, OLDPWD, SHLVL)',
  "the random level of the everything server's simulated log lines",
];

const REPLACED = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b[0-9a-f]{32}\b/g, '<task>'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g, '<time>'],
  [/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} \d\d \d{4} \d\d:\d\d:\d\d GMT[+-]\d{4}(?: \([^)]*\))?/g, '<time>'],
  [/\b\d{1,2}:\d\d:\d\d(?:[  ][AP]M)?/g, '<clock>'],
  [/\b(?:Debug|Info|Notice|Warning|Error|Critical|Alert|Emergency)[- ]level[- ]message/g, '<simulated log>'],
];
const ENVIRONMENT = new Set(['_', 'PWD', 'OLDPWD', 'SHLVL']);

function normaliseText(text, folder) {
  let result = folder ? text.replaceAll(folder, '<folder>') : text;
  if (/^\{\s*"/.test(result) && result.includes('"PATH"')) {
    const variables = Object.entries(JSON.parse(result)).filter(([name]) => !ENVIRONMENT.has(name));
    return JSON.stringify(Object.fromEntries(variables.sort()));
  }
  for (const [pattern, replacement] of REPLACED) result = result.replace(pattern, replacement);
  return result;
}

// A blob of text may hold a time too; any other is compared as it is.
function normaliseBlob(blob) {
  const text = Buffer.from(String(blob), 'base64').toString();
  return Buffer.from(text).toString('base64') === blob ? normaliseText(text) : blob;
}

export function normalise(value, folder) {
  if (typeof value === 'string') return normaliseText(value, folder);
  if (Array.isArray(value)) return value.map((item) => normalise(item, folder));
  if (value && typeof value === 'object') {
    const copy = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, key === 'blob' ? normaliseBlob(item) : normalise(item, folder)]));
    if (copy.method === 'notifications/message' && copy.params?.data === '<simulated log>') copy.params.level = '<level>';
    return copy;
  }
  return value;
}

// Splits a recording into streams within which MCP promises an order; between streams it promises none.
//   requests and notifications of the client, in order
//   the client's answers, by the id of the server's request
//   the server's answers, by the id of the client's request
//   the server's requests, in order
//   the server's notifications, in order for each method and progress token
export function streams(record, folder) {
  const result = new Map();
  for (const { to, line } of record) {
    const message = normalise(JSON.parse(line), folder);
    const answer = !('method' in message);
    let name;
    if (answer) name = `${to === 'server' ? 'client' : 'server'} answers ${String(message.id).padStart(4)}`;
    else if (to === 'server') name = 'client asks and notifies';
    else if ('id' in message) name = 'server asks';
    else name = `server notifies ${message.method} ${message.params?.progressToken ?? ''}`.trim();
    if (!result.has(name)) result.set(name, []);
    result.get(name).push(message);
  }
  return result;
}
