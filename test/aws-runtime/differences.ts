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
  'A streaming handler writes: end({})': {
    local:
      'TypeError: The "chunk" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received an instance of Object',
    reason: "Both refuse it with Node's TypeError, whose words differ between an HTTP request and another stream.",
  },
  "A streaming handler that fails: writes after end(), in an environment's first call": {
    local: 'whole',
    reason:
      'The write is an error that ends the environment on both sides. Under AWS it also takes along a response that was still waiting for its connection; the local Lambda has no connection to wait for.',
  },
  'The environment of a handler: members of awslambda': {
    local: '["HttpResponseStream","streamifyResponse"]',
    reason: 'InvokeStore belongs to @aws/lambda-invoke-store, which makes its own where the runtime has none.',
  },
  'The environment of a handler: has AWS_LAMBDA_RUNTIME_API': {
    local: 'false',
    reason: 'The local Lambda has no Runtime API that an extension could call.',
  },
  'The environment of a handler: process.chdir()': {
    local: 'TypeError: process.chdir() is not supported in workers',
    reason: 'An environment is a thread of the local Lambda, not a process: it starts sooner, and shares the folder.',
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
