import { writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { FunctionError, TooManyRequestsError } from '../../local/execution/environments.ts';
import { HTTP_INTEGRATION_CONTENT_TYPE } from '../../wire/response-stream.ts';
import { broken, fixture, nextText, open, openEntry, rejection, temporaryModule, text } from '../support/execution.ts';
import { newPath } from '../support/scratch.ts';

const NULS = '\0'.repeat(8);

describe('a streamed response', () => {
  it('arrives chunk by chunk, before its end', async () => {
    const { invoke, signal } = open('responses.ts', 'stepwise');
    const { body } = await invoke({ signal: signal.name });
    const chunks = body[Symbol.asyncIterator]();
    expect(await nextText(chunks)).toBe('first');
    signal.give();
    expect(await nextText(chunks)).toBe('second');
    expect(await chunks.next()).toEqual({ done: true, value: undefined });
  });

  it.each([
    ['written', `{"statusCode":201}${NULS}body`],
    ['writtenEmpty', `{"statusCode":202}${NULS}`],
    ['onlyEnded', ''],
    ['endedWithText', 'x'],
  ])('has its prelude only with a first write: %s', async (exportName, body) => {
    const response = await open('responses.ts', exportName).invoke();
    expect(response.contentType).toBe(HTTP_INTEGRATION_CONTENT_TYPE);
    expect(await text(response)).toBe(body);
  });

  it('may be empty', async () => {
    const response = await open('responses.ts', 'empty').invoke();
    expect(response.contentType).toBeUndefined();
    expect(await text(response)).toBe('');
  });

  it('takes objects, as JSON, and views of buffers', async () => {
    const response = await open('responses.ts', 'objects').invoke();
    expect(response.contentType).toBe('text/x-test');
    expect(await text(response)).toBe('{"a":1}view');
  });

  it('takes no content type after its first write', async () => {
    const response = await open('responses.ts', 'typedTooLate').invoke();
    await expect(text(response)).rejects.toMatchObject({ errorType: 'Runtime.InvalidStreamingOperation' });
  });

  it('echoes 20 MB', async () => {
    const sent = 'abcdefghij'.repeat(2 ** 21);
    const response = await open('responses.ts', 'echo', { memoryMb: 512 }).invoke({ text: sent });
    expect((await text(response)) === sent).toBe(true);
  });

  it('waits for its reader', async () => {
    const chunkSize = 64 * 1024;
    const chunks = 400;
    const { invoke, lines } = open('responses.ts', 'flood');
    const { body } = await invoke({ chunkSize, chunks });
    // A whole other call, time enough for a stream that would not wait.
    await text(await open('responses.ts', 'echo').invoke({ text: 'x' }));

    let read = 0;
    let mostAhead = 0;
    for await (const chunk of body) {
      const written = Number(/\d+$/.exec(lines.findLast((line) => line.startsWith('waiting')) ?? '')?.[0]);
      mostAhead = Math.max(mostAhead, written - read);
      read += chunk.byteLength;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(read).toBe(chunks * chunkSize);
    expect(mostAhead).toBeGreaterThan(0);
    // What the connection holds, and no more.
    expect(mostAhead).toBeLessThanOrEqual(12 * 2 ** 20);
  });

  it('is written to its end when the reader has left', async () => {
    const { invoke, until } = open('responses.ts', 'flood', { maxConcurrency: 1 });
    for await (const _ of (await invoke({ chunkSize: 64 * 1024, chunks: 100 })).body) break;
    await until('flooded');
    await until(/^END/);
    expect((await text(await invoke({ chunkSize: 1, chunks: 3 }))).length).toBe(3);
  });

  it('lets a reader leave while there is nothing to read', async () => {
    const { invoke, signal, until } = open('responses.ts', 'stepwise');
    const chunks = (await invoke({ signal: signal.name })).body[Symbol.asyncIterator]();
    await chunks.next();
    const waiting = chunks.next();
    await chunks.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    signal.give();
    await until(/^REPORT/);
  });

  it('ends although the handler works on', async () => {
    const { invoke, signal, lines, until } = open('responses.ts', 'lingers');
    expect(await text(await invoke({ signal: signal.name }))).toBe('answer');
    expect(lines.filter((line) => line.startsWith('END'))).toEqual([]);
    signal.give();
    await until(/^END/);
  });
});

describe('a plain handler', () => {
  it('answers with JSON', async () => {
    const response = await open('responses.ts', 'plain').invoke({ a: 'ä' });
    expect(response.contentType).toBe('application/json');
    expect(JSON.parse(await text(response))).toEqual({ event: { a: 'ä' }, answer: 42 });
    expect(await text(await open('responses.ts', 'nothing').invoke())).toBe('null');
  });

  it.each([
    ['circular', 'Runtime.JSONStringifyError'],
    ['plainThrows', 'TypeError'],
  ])('can fail: %s', async (exportName, errorType) => {
    await expect(open('responses.ts', exportName).invoke()).rejects.toMatchObject({ errorType });
  });
});

describe('a handler that throws', () => {
  it('before the first byte rejects, and its environment lives on', async () => {
    const { invoke, lines } = open('responses.ts', 'throwsFirst');
    const failure = await rejection(invoke());
    expect(failure).toBeInstanceOf(FunctionError);
    expect(failure).toMatchObject({ errorType: 'RangeError', errorMessage: 'before the first byte' });
    expect(failure.trace?.join('\n')).toMatch(/^RangeError: before the first byte\n +at .*responses\.ts/);
    expect(lines).toContainEqual(expect.stringMatching(/^Invoke Error \t\{"errorType":"RangeError".*\}$/));
    await rejection(invoke());
    expect(lines.filter((line) => line.includes('Init Duration'))).toHaveLength(1);
  });

  it('after the first byte breaks the body off', async () => {
    const { seen, error } = await broken(await open('responses.ts', 'throwsLater').invoke());
    expect(seen).toBe('partial');
    expect(error).toMatchObject({ errorType: 'RangeError', errorMessage: 'after the first byte' });
  });

  it('after the end has answered', async () => {
    const { invoke, until } = open('responses.ts', 'throwsLast');
    expect(await text(await invoke())).toBe('whole');
    await until(/^Invoke Error .*after the end/);
  });

  it('need not throw an Error', async () => {
    const failure = await rejection(open('responses.ts', 'throwsText').invoke());
    expect(failure).toMatchObject({ errorType: 'string', errorMessage: 'just text', trace: [] });
  });

  it('fails by being synchronous', async () => {
    const { seen, error } = await broken(await open('responses.ts', 'synchronous').invoke());
    expect(seen).toBe('partial');
    expect(error.errorMessage).toMatch(/non-async/);
  });
});

describe('an environment that dies', () => {
  it.each([
    ['exit', 'exit status 3'],
    ['exitQuietly', 'Runtime exited without providing a reason'],
    ['throwLater', 'exit status 1'],
    ['reject', 'exit status 1'],
    ['fillHeap', 'signal: (?:aborted|killed)'],
  ])('by %s fails its call at once, and the next call gets another', async (how, reason) => {
    const { invoke, lines } = open('deaths.ts');
    const failure = await rejection(invoke({ how }));
    expect(failure).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(failure.errorMessage).toMatch(new RegExp(`^RequestId: request-\\d+ Error: .*${reason}$`));
    expect(lines.at(-1)).toMatch(/^REPORT .*\tStatus: error\tError Type: Runtime.ExitError$/);
    expect(await text(await invoke({ how: 'none' }))).toBe('alive');
  });

  it('mid-stream breaks the body off after what was written', async () => {
    const { seen, error } = await broken(await open('deaths.ts').invoke({ how: 'exit', text: 'partial' }));
    expect(seen).toBe('partial');
    expect(error.errorType).toBe('Runtime.ExitError');
  });

  it('shows what killed it', async () => {
    const { invoke, lines } = open('deaths.ts');
    await rejection(invoke({ how: 'throwLater' }));
    expect(lines).toContain('Error: nobody catches this');
  });

  it('by destroying its own response stream', async () => {
    const { invoke, signal } = open('responses.ts', 'destroys');
    expect((await rejection(invoke({ signal: signal.name }))).errorType).toBe('Runtime.ExitError');
  });

  it('takes no other along', async () => {
    const { invoke, signal } = open('state.ts', 'gate');
    const survivor = await invoke({ signal: signal.name });
    await rejection(open('deaths.ts').invoke({ how: 'exit' }));
    signal.give();
    expect(await text(survivor)).toBe('call 1');
  });
});

describe('the time-out', () => {
  const timeoutMs = 400;

  it('ends an endless loop, and the next call is served', async () => {
    const { invoke, lines } = open('deaths.ts', 'handler', { timeoutMs });
    const failure = await rejection(invoke({ how: 'loop' }));
    expect(failure.errorType).toBe('Sandbox.Timedout');
    expect(failure.errorMessage).toBe('RequestId: request-1 Error: Task timed out after 0.40 seconds');
    expect(lines.slice(2, 5)).toEqual(['last words', failure.errorMessage, 'END RequestId: request-1']);
    expect(lines.at(-1)).toMatch(/\tStatus: timeout$/);
    expect(await text(await invoke({ how: 'none' }))).toBe('alive');
  });

  it('breaks off a response that never ends', async () => {
    const { seen, error } = await broken(await open('responses.ts', 'neverEnds', { timeoutMs }).invoke());
    expect(seen).toBe('partial');
    expect(error.errorType).toBe('Sandbox.Timedout');
  });

  it('counts while the reader keeps the function waiting', async () => {
    const { invoke, until } = open('responses.ts', 'flood', { timeoutMs });
    const response = await invoke({ chunkSize: 64 * 1024, chunks: 1000 });
    await until(/Task timed out/);
    expect((await broken(response)).error.errorType).toBe('Sandbox.Timedout');
  });

  it('is another while the module loads, and then its own', async () => {
    const entry = await temporaryModule('for (;;);');
    const { invoke, lines } = openEntry(entry, 'handler', { initTimeoutMs: 100, timeoutMs: 200 });
    const failure = await rejection(invoke());
    expect(failure.errorMessage).toBe('RequestId: request-1 Error: Task timed out after 0.20 seconds');
    expect(lines.filter((line) => !line.startsWith('INIT_START')).slice(0, 2)).toEqual([
      'INIT_REPORT Init Duration: 100.00 ms\tPhase: init\tStatus: timeout',
      'START RequestId: request-1 Version: $LATEST',
    ]);
    expect(lines.at(-1)).toMatch(/\tStatus: timeout$/);
  });
});

describe('a function that cannot be loaded', () => {
  it('fails its calls until it is mended', async () => {
    const entry = await temporaryModule('export const handler = async () => { syntax error };');
    const { invoke, lines } = openEntry(entry);
    expect(await rejection(invoke())).toMatchObject({ errorType: 'Runtime.UserCodeSyntaxError' });
    expect(lines).toContainEqual(expect.stringMatching(/^Init Error \t\{/));
    await writeFile(entry, 'export const handler = async () => "mended";');
    expect(await text(await invoke())).toBe('"mended"');
  });

  it.each([
    ['is slow', 'for (const end = Date.now() + 1500; !again && Date.now() < end;);'],
    ['throws', 'if (!again) throw new Error("not yet");'],
    ['exits', 'if (!again) process.exit(3);'],
  ])('the first time, is loaded once more within the call: it %s', async (_how, source) => {
    const file = JSON.stringify(newPath());
    const entry = await temporaryModule(`import { existsSync, writeFileSync } from 'node:fs';
      const again = existsSync(${file}); writeFileSync(${file}, ''); ${source}
      export const handler = async (_event, context) => context.getRemainingTimeInMillis() < 20_000;`);
    const { invoke, lines, until } = openEntry(entry, 'handler', { initTimeoutMs: 1000, timeoutMs: 20_000 });
    expect(await text(await invoke())).toBe('true');
    await until(/^REPORT/);
    const order = lines.map((line) => /^\w+/.exec(line)?.[0]).filter((word) => /^[A-Z_]+$/.test(word ?? ''));
    expect(order).toEqual(['INIT_START', 'INIT_REPORT', 'INIT_START', 'START', 'END', 'REPORT']);
    // It is in the call's own time.
    expect(lines.at(-1)).not.toMatch(/Init Duration/);
  });

  it.each([
    ['throw new RangeError("at import");', 'RangeError', 'at import'],
    [
      'import { createRequire } from "node:module"; createRequire(import.meta.url)("absent");',
      'Runtime.ImportModuleError',
      /absent/,
    ],
    ['import "absent";', 'Error', /Cannot find package 'absent'/],
    ['process.exit(7)', 'Runtime.ExitError', /exit status 7/],
  ])('says why: %s', async (source, errorType, errorMessage) => {
    const failure = await rejection(openEntry(await temporaryModule(source)).invoke());
    expect(failure.errorType).toBe(errorType);
    expect(failure.errorMessage).toMatch(errorMessage);
  });

  it.each([
    ['absent', 'Runtime.HandlerNotFound', 'responses.absent is undefined or not exported'],
    ['notAFunction', 'Runtime.HandlerNotFound', 'responses.notAFunction is not a function'],
    ['withCallback', 'Runtime.CallbackHandlerDeprecated', /callback/],
  ])('has no such handler: %s', async (exportName, errorType, errorMessage) => {
    const failure = await rejection(open('responses.ts', exportName).invoke());
    expect(failure.errorType).toBe(errorType);
    expect(failure.errorMessage).toMatch(errorMessage);
  });

  it('does not exist', async () => {
    const failure = await rejection(openEntry('/absent/server.mjs').invoke());
    expect(failure.errorType).toBe('Runtime.ImportModuleError');
  });
});

describe('environments', () => {
  it('are used again', async () => {
    const { invoke, lines } = open('state.ts', 'count');
    for (const calls of ['1', '2', '3']) expect(await text(await invoke())).toBe(calls);
    expect(lines.filter((line) => line.includes('Init Duration'))).toHaveLength(1);
  });

  it('run one call each, as many as they may be', async () => {
    const { invoke, signal } = open('state.ts', 'gate', { maxConcurrency: 2 });
    const running = await Promise.all([invoke({ signal: signal.name }), invoke({ signal: signal.name })]);
    await expect(invoke({ signal: signal.name })).rejects.toBeInstanceOf(TooManyRequestsError);
    signal.give();
    expect(await Promise.all(running.map(text))).toEqual(['call 1', 'call 1']);

    const again = await invoke({ signal: signal.name });
    signal.give();
    expect(await text(again)).toBe('call 2');
  });

  it('load changed code when they are recycled', async () => {
    const entry = await temporaryModule('let calls = 0; export const handler = async () => "old " + ++calls;');
    const { invoke, environments } = openEntry(entry);
    expect(await text(await invoke())).toBe('"old 1"');
    await writeFile(entry, 'export const handler = async () => "new";');
    expect(await text(await invoke())).toBe('"old 2"');
    environments.recycle();
    expect(await text(await invoke())).toBe('"new"');
  });

  it('finish their calls before they are recycled', async () => {
    const { invoke, environments, signal } = open('state.ts', 'gate', { maxConcurrency: 1 });
    const running = await invoke({ signal: signal.name });
    environments.recycle();
    signal.give();
    expect(await text(running)).toBe('call 1');
    const next = await invoke({ signal: signal.name });
    signal.give();
    expect(await text(next)).toBe('call 1');
  });

  it('may be closed as soon as they have answered', async () => {
    const { invoke, environments, lines } = open('state.ts', 'count');
    await text(await invoke());
    await environments.close();
    expect(lines.at(-1)).toMatch(/^REPORT/);
    expect(lines.at(-1)).not.toMatch(/Status/);
  });

  it('end when they are closed', async () => {
    const { invoke, environments, signal } = open('state.ts', 'gate');
    const running = await invoke({ signal: signal.name });
    const starting = rejection(invoke({ signal: signal.name }));
    await environments.close();
    const { seen, error } = await broken(running);
    expect(seen).toBe('call 1');
    expect(error.errorMessage).toMatch(/closed/);
    expect(await starting).toBeInstanceOf(FunctionError);
    await expect(invoke()).rejects.toThrow(/closed/);
    await environments.close();
  });
});

describe('what the function finds around it', () => {
  it('is what Lambda sets, what its owner sets, and nothing of the host', async () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'host-secret');
    vi.stubEnv('AWS_PROFILE', 'host-profile');
    onTestFinished(() => void vi.unstubAllEnvs());
    const environment = { OWN: 'value', AWS_REGION: 'overridden' };
    const { invoke } = open('state.ts', 'surroundings', { environment, timeoutMs: 60_000 });
    const { env, context, remaining } = JSON.parse(await text(await invoke({}, { traceId: 'Root=1-2-3' })));
    expect(env).toMatchObject({
      OWN: 'value',
      TZ: ':UTC',
      _HANDLER: 'state.surroundings',
      _X_AMZN_TRACE_ID: 'Root=1-2-3',
      LAMBDA_TASK_ROOT: fixture('state.ts').replace(/\/state\.ts$/, ''),
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
      AWS_LAMBDA_FUNCTION_NAME: 'tools',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/tools',
    });
    expect(Object.keys(env)).not.toContain('AWS_SECRET_ACCESS_KEY');
    expect(Object.keys(env)).not.toContain('AWS_PROFILE');
    expect(Object.keys(env)).not.toContain('VITEST');
    expect(context).toEqual({
      awsRequestId: 'request-1',
      functionName: 'tools',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:tools:live',
      memoryLimitInMB: '128',
      logGroupName: '/aws/lambda/tools',
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      xRayTraceId: 'Root=1-2-3',
    });
    expect(remaining).toBeGreaterThan(30_000);
    expect(remaining).toBeLessThanOrEqual(60_000);

    const second = JSON.parse(await text(await invoke()));
    expect(Object.keys(second.env)).not.toContain('_X_AMZN_TRACE_ID');
  });

  it('is a log that keeps lines whole and in order', async () => {
    const { invoke, lines, until } = open('state.ts', 'logs');
    await text(await invoke());
    // Nothing may be missing when the caller has the whole answer, but for a line that was not ended.
    const logged = [...lines];
    await until(/^REPORT/);
    expect(logged[0]).toMatch(/^INIT_START /);
    expect(logged[1]).toBe('START RequestId: request-1 Version: $LATEST');
    expect(logged.filter((line) => !/warning/i.test(line)).slice(2)).toEqual([
      '{"text":"ä€😀","list":[1,2]}',
      'to stderr',
      'two',
      'lines',
      '{"in":"€"}',
    ]);
    expect(lines).toContainEqual(expect.stringContaining('Warning: a warning'));
    expect(lines.slice(-3)).toEqual([
      'last line',
      'END RequestId: request-1',
      expect.stringMatching(
        /^REPORT RequestId: request-1\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: \d+\.\d\d ms$/,
      ),
    ]);
  });
});
