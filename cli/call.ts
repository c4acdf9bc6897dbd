import { statSync } from 'node:fs';
import { callTool, type ToolResult } from './call/call-tool.ts';
import { coerceArguments } from './call/coerce-arguments.ts';
import { findTool } from './call/find-tool.ts';
import { interruptible } from './call/interruptible.ts';
import { ARGUMENTS, readJsonArguments, readObject } from './call/json-arguments.ts';
import { printContent } from './call/print-result.ts';
import { ExitCode } from './exit-code.ts';
import { createAnswerInput } from './input/answer-input.ts';
import type { InputResponse } from './input/input-request.ts';
import { terminalAsker } from './input/terminal-asker.ts';
import { connectTarget } from './mcp/connect-target.ts';
import type { Tool } from './mcp/definitions.ts';
import { printJson } from './output/terminal.ts';
import { readArguments, SHARED_HELP } from './target-options.ts';
import { UsageError } from './usage-error.ts';

const HELP = `Usage: lambda-mcp call TARGET TOOL [key=value | value ...]
       lambda-mcp call TARGET TOOL JSON | @FILE | - | --json-args JSON

Calls a tool. Values are read as the tool's schema says: numbers, true and false, JSON for objects; a list is JSON, or its
key several times. A value alone is the next argument in the schema's order; key.part=value is part of an object; key=@FILE
is a file's text, key=@- stdin's, and key=@@text begins with @. All arguments as a JSON object: as the only word, in a
@FILE, or on stdin (-). Text goes to stdout; images and audio become files,
named on stderr. With --json the whole result is printed, structured content included. Exit code 6: the tool says that it
failed.

A tool that asks for input while it runs asks you on the terminal, or is answered by --input. Exit code 7: by neither.

Options:
  --json-args JSON           all arguments as a JSON object
  --input JSON               answers by the server's keys: {"KEY": {"action": "accept", "content": {"field": "value"}}},
                             or "decline" or "cancel"; without content for a question to open a URL
  --output DIR               folder for images and audio (default: this one)
${SHARED_HELP}`;

const OPTIONS = { 'json-args': { type: 'string' }, input: { type: 'string' }, output: { type: 'string' } } as const;

export async function call(args: string[]): Promise<number | undefined> {
  const parsed = readArguments('call', HELP, args, OPTIONS);
  if (!parsed) return undefined;
  const { options, values, positionals } = parsed;
  const [target, name, ...words] = positionals;
  if (target === undefined || name === undefined) {
    throw new UsageError(
      'call takes a TARGET and a TOOL. `lambda-mcp tools TARGET` lists them. See: lambda-mcp call --help',
    );
  }
  const { output = '.' } = values;
  // Before the tool has run: what it made could not be saved.
  if (!statSync(output, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`There is no folder ${output}. --output is where images and audio go; --json prints JSON.`);
  const json = readGiven(values['json-args'], words);
  const given = values.input === undefined ? {} : readAnswers(values.input);
  return interruptible(async (interrupted) => {
    const connection = await connectTarget(target, options, interrupted.signal);
    const tool = await findTool(connection, name);
    const answer = createAnswerInput({
      name,
      given,
      asker: terminalAsker(() => interrupted.abort()),
      advice: 'Call from a terminal, or give --input: see lambda-mcp call --help',
    });
    const args = argumentsFor(tool, words, json);
    const result = await callTool(connection, tool, args, { signal: interrupted.signal, answer });
    await connection.close();
    if (options.json) printJson(result);
    else report(name, result, output);
    return result.isError ? ExitCode.toolError : ExitCode.ok;
  });
}

/** Text goes to stdout, or to stderr when it says why the tool failed. */
function report(name: string, { content = [], structuredContent, isError }: ToolResult, folder: string): void {
  const stream = isError ? process.stderr : process.stdout;
  if (isError) stream.write(`${name} failed:\n`);
  printContent(content, {
    name,
    folder,
    terminal: stream.isTTY,
    write: (text) => stream.write(text),
    tell: (text) => process.stderr.write(text),
  });
  if (content.length === 0 && structuredContent !== undefined) printJson(structuredContent);
}

function argumentsFor(tool: Tool, words: readonly string[], json: Record<string, unknown> | undefined) {
  try {
    return json ?? coerceArguments(words, tool.inputSchema);
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${tool.name}: ${error.message}`) : error;
  }
}

function readGiven(given: string | undefined, words: readonly string[]): Record<string, unknown> | undefined {
  if (given === undefined) return readJsonArguments(words);
  if (words.length > 0) throw new UsageError('Give either --json-args or key=value, not both.');
  return readObject('--json-args', given, ARGUMENTS);
}

function readAnswers(json: string): Record<string, InputResponse> {
  const answers = readObject('--input', json, 'of answers by the server’s keys') as Record<string, InputResponse>;
  for (const [key, answer] of Object.entries(answers)) {
    if (!['accept', 'decline', 'cancel'].includes(answer?.action)) {
      throw new UsageError(`--input takes for ${JSON.stringify(key)} an "action": "accept", "decline" or "cancel".`);
    }
  }
  return answers;
}
