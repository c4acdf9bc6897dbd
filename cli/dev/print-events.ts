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

/** Tells on stderr what happens: a person in words, with `--json` a program in lines of JSON, which have the words too. */
export function printEvents({ name, entry, several, quiet, json }: PrintOptions): DevEvents {
  let reported: string | undefined;
  const label = several ? `${name}: ` : '';

  /** @param text for people; undefined: none */
  function tell(type: string, fields: object, text: string | undefined): void {
    const shown = text && plainText(text);
    if (json) process.stderr.write(`${JSON.stringify({ type, server: name, ...fields, text: shown })}\n`);
    else if (shown !== undefined) process.stderr.write(`${shown.replace(/^(?=.)/gm, label)}\n`);
  }

  return {
    onChange(files) {
      reported = undefined;
      const [first = '', ...others] = files.map((file) => relative(process.cwd(), file));
      const more = others.length > 0 ? ` and ${others.length} more` : '';
      tell('changed', { files }, `${first}${more} changed: the next call meets the new server.`);
    },
    onCheck({ tools, problem, output, duration }) {
      const fields = { ok: problem === undefined, tools, problem, output, duration };
      const lines = output.filter((line) => !RUNTIME_ERROR.test(line)).map(indented);
      const text =
        problem === undefined
          ? `${entry} holds: ${toolList(tools)} (${duration} ms).`
          : [`${entry} does not hold. ${problem}`, ...lines].join('\n');
      tell('loaded', fields, text);
    },
    onBuildError(message) {
      tell('failed', { message }, message);
    },
    onNote(note) {
      tell('note', { note }, `note: ${note}`);
    },
    onCall(record) {
      const { caller, method, tool, outcome, errorCode, status, duration, requestId } = record;
      const fields = { caller, method, tool, outcome, errorCode, status, duration, requestId };
      tell('call', fields, quiet ? undefined : describeCall(record));
    },
    onOutput(line) {
      // What Lambda's runtime logs of a failure is reported too, as people read it.
      const isHidden = quiet || RUNTIME_ERROR.test(line);
      tell('output', { line }, isHidden ? undefined : indented(line));
    },
    onReport(line) {
      // A client that tries again is no second error.
      tell('report', { line }, line === reported ? 'and again, for the same reason.' : line);
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
