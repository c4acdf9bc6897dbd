import { redact } from '../transport/signing/redact.ts';
import { harmlessJson } from '../wire/harmless-text.ts';
import { type CommandError, ExitCode } from './exit-code.ts';
import { explainError } from './explain-error.ts';
import { plainText } from './output/display-width.ts';
import { SCHEMA_VERSION } from './output/schema-version.ts';

/**
 * Tells on stderr what went wrong: in words, or for programs as one line of JSON. Whatever a server said in it does not act
 * on the terminal.
 *
 * @returns the status to exit with
 */
export function printError(error: unknown, json: boolean): ExitCode {
  const explained = explainError(error);
  process.stderr.write(json ? `${errorJson(explained)}\n` : `lambda-mcp: ${plainText(explained.message)}\n`);
  return explained.exitCode;
}

/** `{"schemaVersion":1,"error":{"type":"refused","exitCode":4,"message":"…","advice":"…","status":403,"requestId":"…"}}` */
function errorJson({ message, exitCode, details }: CommandError): string {
  const type = Object.entries(ExitCode).find(([, code]) => code === exitCode)?.[0];
  const text = JSON.stringify({ schemaVersion: SCHEMA_VERSION, error: { type, exitCode, message, ...details } });
  return harmlessJson(redact(text));
}
