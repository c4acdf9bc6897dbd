import { viaInvoke } from '../observe.ts';
import type { Group } from './case.ts';

const modules: readonly (readonly [name: string, source: string, expected: string])[] = [
  ['exports default { handler }', 'export default { handler: async () => "loaded" };', '"loaded"'],
  ['awaits at its top', 'const text = await "loaded"; export const handler = async () => text;', '"loaded"'],
  ['throws at its top', 'throw new RangeError("no good");', 'RangeError: no good'],
  [
    'exits at its top',
    'process.exit(3);',
    'Runtime.ExitError: RequestId: ID Error: Runtime exited with error: exit status 3',
  ],
  ['is not JavaScript', 'export const handler = (;', "Runtime.UserCodeSyntaxError: SyntaxError: Unexpected token ';'"],
  [
    'imports what is not there',
    'import "not-there"; export const handler = async () => {};',
    "Error: Cannot find package 'not-there' imported from index.mjs",
  ],
  [
    'exports no handler',
    'export const other = async () => {};',
    'Runtime.HandlerNotFound: index.handler is undefined or not exported',
  ],
  [
    'exports a handler that is no function',
    'export const handler = "text";',
    'Runtime.HandlerNotFound: index.handler is not a function',
  ],
  [
    'exports a handler with a callback',
    'export const handler = (event, context, callback) => callback();',
    'Runtime.CallbackHandlerDeprecated: ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
  ],
  [
    'marks its handler for request streaming',
    'export const handler = Object.assign(() => {}, { [Symbol.for("aws.lambda.runtime.handler.streaming")]: "request" });',
    'Runtime.MalformedStreamingHandler: Only response streaming is supported.',
  ],
];

/** Modules that can and cannot be loaded. */
export const loading: readonly Group[] = modules.map(([name, source, expected]) => ({
  title: 'A module',
  entry: { source },
  cases: [{ name, expected, observe: (lambda) => viaInvoke(lambda, '/') }],
}));
