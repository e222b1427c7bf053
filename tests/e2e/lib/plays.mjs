// What a client can do with a server, and how it is seen that it worked: one play per server, written down as data so
// that clients of every language perform the same one. Features a server has not got are given their reason.
//   call, elicitation, sampling   {tool, args, expect}: the result's text matches
//   progress                      {tool, args, least}: at least so many notifications before the result
//   subscription                  {uri, tool}: calling the tool makes the server say that the resource has changed
//   cancel                        {tool, args, witness?, expect?}: the call is given up; the witness, called after, knows
export const FEATURES = ['open', 'list', 'call', 'elicitation', 'sampling', 'subscription', 'cancel', 'progress'];
export const ANSWERS = { name: 'Ada', sampled: 'seven' };

const SERVER_HAS_NONE = 'the server has no such thing';
const everything = {
  list: { least: 13 },
  call: { tool: 'echo', args: { message: 'hello' }, expect: 'Echo: hello' },
  elicitation: { tool: 'trigger-elicitation-request', args: {}, expect: ANSWERS.name },
  sampling: { tool: 'trigger-sampling-request', args: { prompt: 'Name a prime.', maxTokens: 20 }, expect: ANSWERS.sampled },
  subscription: { uri: 'demo://resource/dynamic/text/1', tool: 'toggle-subscriber-updates' },
  progress: { tool: 'trigger-long-running-operation', args: { duration: 0.4, steps: 4 }, least: 3 },
  cancel: { tool: 'trigger-long-running-operation', args: { duration: 60, steps: 60 } },
};
const modern = {
  list: { least: 7 },
  call: { tool: 'echo', args: { message: 'hello' }, expect: 'Echo: hello' },
  elicitation: { tool: 'ask', args: {}, expect: `Hello, ${ANSWERS.name}` },
  sampling: { tool: 'think', args: { prompt: 'Name a prime.' }, expect: ANSWERS.sampled },
  subscription: { uri: 'test://watched', tool: 'touch' },
  progress: { tool: 'slow', args: { token: 'progress', steps: 4, milliseconds: 50 }, least: 3 },
  // The token is replaced by one of the cell's own: the server may be shared.
  cancel: { tool: 'slow', args: { token: '', steps: 600, milliseconds: 100 }, witness: 'was_cancelled', expect: 'cancelled' },
};
const filesystem = {
  list: { least: 14 },
  call: { tool: 'list_allowed_directories', args: {}, expect: 'Allowed directories' },
  ...Object.fromEntries(['elicitation', 'sampling', 'subscription', 'cancel', 'progress'].map((feature) => [feature, { not: SERVER_HAS_NONE }])),
};

export const PLAYS = { everything, modern, filesystem };
