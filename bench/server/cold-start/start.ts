/**
 * `node start.mjs BUNDLE [MESSAGE]`: loads a bundle as Lambda's runtime does and has its handler answer one message.
 * Writes a `Report` to file descriptor 3.
 */
import { writeSync } from 'node:fs';
import { defineAwslambda, type Handler, invoke, readAnswer } from '../function-url.ts';
import type { Message } from '../messages.ts';

/** When what was reached, in nanoseconds of the clock that all processes share. */
export interface Report {
  readonly loaded: string;
  readonly answered?: string;
  /** The answer's body. */
  readonly answer?: string;
}

const [bundle, message] = process.argv.slice(2) as [string, string?];
defineAwslambda();
const { handler } = (await import(bundle)) as { handler: Handler };
// The runtime asks for an event over a socket, so whatever waits for this turn has had it.
await new Promise((resolve) => setImmediate(resolve));
const loaded = process.hrtime.bigint();
let report: Report = { loaded: `${loaded}` };
if (message) {
  const { body, headers } = JSON.parse(message) as Message;
  const chunks = await invoke(handler, body, headers);
  report = { ...report, answered: `${process.hrtime.bigint()}`, answer: readAnswer(chunks).body };
}
writeSync(3, JSON.stringify(report));
process.exit(0);
