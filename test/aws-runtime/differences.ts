/** What the local Lambda gives instead of what AWS's runtime gives, and why it stays so. */
export interface Difference {
  readonly local: string;
  readonly reason: string;
}

/** By title and name of the case. An entry that no longer holds is an error, as is a difference without an entry. */
export const differences: Readonly<Record<string, Difference>> = {
  'A streaming handler writes: write(null)': {
    local: 'TypeError: May not write null values to stream',
    reason: "Both refuse it with a TypeError. AWS's is an accident of a log statement, and ours is what Node says.",
  },
  'The environment of a handler: members of awslambda': {
    local: '["HttpResponseStream","streamifyResponse"]',
    reason: 'InvokeStore belongs to @aws/lambda-invoke-store, which makes its own where the runtime has none.',
  },
  'The environment of a handler: lines of console and of stdout': {
    local: 'two⏎lines and more⏎an error { a: [ 1 ] }⏎{"as":"it is"}',
    reason:
      'The local log is read by a person, so console lines stand in it as they were written, in either log format.',
  },
  'A module: exports a handler with a callback': {
    local:
      'Runtime.CallbackHandlerDeprecated: index.handler takes a callback, which Lambda supports no longer as of Node.js 24: make it an async function of event and context.',
    reason: 'The same error, in words that say what to do.',
  },
};
