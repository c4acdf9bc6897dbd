import { writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import {
  createEnvironments,
  type Environments,
  type EnvironmentsOptions,
  type FunctionError,
  type InvocationResponse,
} from '../../local/execution/environments.ts';
import { newPath } from './scratch.ts';

/** Environments of a fixture; closed when the test is over. */
export function open(file: string, exportName?: string, options?: Partial<EnvironmentsOptions>) {
  return openEntry(fixture(file), exportName, options);
}

export function openEntry(entry: string, exportName = 'handler', options: Partial<EnvironmentsOptions> = {}) {
  const { lines, log, until } = createLog();
  const functionArn = 'arn:aws:lambda:eu-west-1:111122223333:function:tools';
  const environments = createEnvironments({
    entry,
    exportName,
    functionName: 'tools',
    functionArn,
    region: 'eu-west-1',
    version: '$LATEST',
    timeoutMs: 20_000,
    memoryMb: 128,
    maxConcurrency: 10,
    log,
    ...options,
  });
  onTestFinished(() => environments.close());
  let calls = 0;
  const invoke = (event: object = {}, extra: { traceId?: string } = {}): ReturnType<Environments['invoke']> => {
    calls += 1;
    return environments.invoke({
      payload: JSON.stringify(event),
      requestId: `request-${calls}`,
      invokedFunctionArn: `${functionArn}:live`,
      ...extra,
    });
  };
  return { environments, invoke, lines, until, signal: createSignal() };
}

function createLog() {
  const lines: string[] = [];
  let onLine = () => {};
  const log = (line: string) => {
    lines.push(line);
    onLine();
  };
  /** Resolves when such a line was logged. */
  const until = (wanted: string | RegExp) =>
    new Promise<void>((resolve) => {
      onLine = () => {
        if (lines.some((line) => (typeof wanted === 'string' ? line === wanted : wanted.test(line)))) resolve();
      };
      onLine();
    });
  return { lines, log, until };
}

/** Something that a handler can wait for: a file. */
function createSignal() {
  const name = newPath();
  return { name, give: () => writeFileSync(name, '') };
}

export function fixture(file: string): string {
  return fileURLToPath(new URL(`../fixtures/execution/${file}`, import.meta.url));
}

export async function temporaryModule(source: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'execution-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const entry = join(folder, 'server.mjs');
  await writeFile(entry, source);
  return entry;
}

export async function text({ body }: InvocationResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

export async function nextText(chunks: AsyncIterator<Uint8Array>): Promise<string> {
  return Buffer.from((await chunks.next()).value).toString();
}

/** What came of a body, and the error that it broke off with. */
export async function broken({ body }: InvocationResponse): Promise<{ seen: string; error: FunctionError }> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of body) chunks.push(chunk);
  } catch (error) {
    return { seen: Buffer.concat(chunks).toString(), error: error as FunctionError };
  }
  throw new Error('The body ended well.');
}

export async function rejection(promise: Promise<unknown>): Promise<FunctionError> {
  try {
    await promise;
  } catch (error) {
    return error as FunctionError;
  }
  throw new Error('The call succeeded.');
}
