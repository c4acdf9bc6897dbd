import { relative } from 'node:path';
import { plainText } from '../output/display-width.ts';
import { describeCall } from './call-lines.ts';
import type { DevEvents } from './dev-server.ts';

export interface PrintOptions {
  readonly name: string;
  readonly entry: string;
  /** Whether each line needs its server's name. */
  readonly several: boolean;
  readonly quiet: boolean;
  readonly json: boolean;
}

const RUNTIME_ERROR = /^(?:Init|Invoke) Error\s/;

/** Tells a person on stderr what happens, and with `--json` a program on stdout as well. */
export function printEvents({ name, entry, several, quiet, json }: PrintOptions): DevEvents & { begin(): void } {
  let held: string[] | undefined = [];
  let reported: string | undefined;
  const label = several ? `${name}: ` : '';
  const say = (text: string) => {
    process.stderr.write(`${plainText(text).replace(/^(?=.)/gm, label)}\n`);
  };
  const event = (type: string, fields: object) => {
    if (!json) return;
    const line = `${JSON.stringify({ type, server: name, ...fields })}\n`;
    if (held) held.push(line);
    else process.stdout.write(line);
  };
  return {
    /** A program gets no event before the description of what it is of. */
    begin() {
      for (const line of held ?? []) process.stdout.write(line);
      held = undefined;
    },
    onChange(files) {
      event('changed', { files });
      reported = undefined;
      const [first = '', ...others] = files.map((file) => relative(process.cwd(), file));
      say(
        `${first}${others.length > 0 ? ` and ${others.length} more` : ''} changed: the next call meets the new server.`,
      );
    },
    onCheck({ tools, problem, output, duration }) {
      event('loaded', {
        ok: problem === undefined,
        ...(tools && { tools }),
        ...(problem && { problem }),
        output,
        duration,
      });
      if (problem === undefined) {
        say(`${entry} holds: ${toolList(tools)} (${duration} ms).`);
        return;
      }
      say(`${entry} does not hold. ${problem}`);
      for (const line of output) if (!RUNTIME_ERROR.test(line)) say(indented(line));
    },
    onBuildError(message) {
      event('failed', { message });
      say(message);
    },
    onNote(note) {
      event('note', { note });
      say(`note: ${note}`);
    },
    onCall(record) {
      const { caller, method, tool, outcome, errorCode, status, duration, requestId } = record;
      event('call', { caller, method, tool, outcome, errorCode, status, duration, requestId });
      if (!quiet) say(describeCall(record));
    },
    onOutput(line) {
      event('output', { line });
      // What Lambda's runtime logs of a failure is reported too, as people read it.
      if (!quiet && !RUNTIME_ERROR.test(line)) say(indented(line));
    },
    onReport(line) {
      event('report', { line });
      // A client that tries again is no second error.
      say(line === reported ? 'and again, for the same reason.' : line);
      reported = line;
    },
  };
}

function toolList(tools: readonly string[] | undefined): string {
  if (tools === undefined) return 'it answers, and does not list tools to whoever has not initialized';
  if (tools.length === 0) return 'no tools';
  return `${tools.length} tool${tools.length === 1 ? '' : 's'}: ${tools.join(', ')}`;
}

/** A stack, which a log keeps on one line, on as many as it has. */
function indented(line: string): string {
  return line
    .replaceAll('\\n    at ', '\n    at ')
    .split('\n')
    .map((each) => `    ${each}`)
    .join('\n');
}
