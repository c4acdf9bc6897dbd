import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toLogLine, writeLogLine } from '../../server/log-line.ts';
import { type CallOutcome, type CallRecord, outcomeOf } from '../../wire/call-record.ts';
import { connect, type TestClient } from '../support/clients.ts';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';

const record: CallRecord = {
  requestId: 'id',
  functionName: 'tools',
  method: 'tools/call',
  tool: 'greet',
  caller: 'arn:aws:sts::111122223333:assumed-role/agent/s',
  outcome: 'ok',
  errorCode: undefined,
  status: 200,
  duration: 1.234,
  bytesIn: 10,
  bytesOut: 20,
  tenantId: undefined,
  traceId: '1-5759e988-bd862e3fe1be46a994272793',
  spanId: undefined,
  protocolVersion: '2026-07-28',
};

describe.each(['v2', 'v1'])('the log of a server made with the SDK line %s', (server) => {
  let lambda: TestLambda;
  let client: TestClient;
  beforeAll(async () => {
    lambda = await startTestLambda(`servers/${server}.ts`);
    client = await connect(server === 'v1' ? 'v1' : 'v2, 2026', 'SigV4', lambda);
  });
  afterAll(async () => {
    await client.close();
    await lambda.close();
  });

  function lines(): Record<string, unknown>[] {
    return readFileSync(lambda.logFile, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
  }

  it('has one line for each message: who called what, and how it went', async () => {
    await client.call('echo', { text: 'an argument nobody may read' });
    await client.call('throw');
    await client.call('no-such-tool').catch(() => {});
    // An answer may reach its caller before the line that follows it is in the file.
    const calls = () => lines().filter(({ method }) => method === 'tools/call');
    await expect.poll(() => calls().length).toBe(3);
    const [echo, thrown, missing] = calls();
    expect(echo).toMatchObject({
      method: 'tools/call',
      tool: 'echo',
      caller: 'arn:aws:sts::111122223333:assumed-role/agent/local',
      outcome: 'ok',
      status: 200,
      functionName: 'mcp-server',
      protocolVersion: server === 'v1' ? '2025-11-25' : '2026-07-28',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      traceId: expect.stringMatching(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      duration: expect.any(Number),
      bytesIn: expect.any(Number),
      bytesOut: expect.any(Number),
      errors: 0,
    });
    expect(thrown).toMatchObject({ tool: 'throw', outcome: 'tool_error', errors: 1 });
    expect(missing).toMatchObject({ tool: 'no-such-tool', errors: 1 });
    // A name that a caller made up is no metric, whichever way the SDK refuses it.
    expect(dimensionsOf(echo)).toEqual([['functionName'], ['functionName', 'tool']]);
    expect(dimensionsOf(missing)).toEqual([['functionName']]);
  });

  it('holds no arguments, results, headers or secrets', () => {
    const log = readFileSync(lambda.logFile, 'utf8');
    expect(log).toContain('"tool":"echo"');
    expect(log).not.toContain('nobody may read');
    expect(log).not.toContain('the tool failed');
    for (const { secretAccessKey, sessionToken = 'none' } of lambda.principals) {
      expect(log).not.toContain(secretAccessKey);
      expect(log).not.toContain(sessionToken);
    }
  });

  it('says that a caller through Invoke is unverified', async () => {
    const other = await connect(server === 'v1' ? 'v1' : 'v2, 2026', 'Invoke', lambda);
    await other.call('whoami');
    await expect.poll(() => lines().at(-1)).toMatchObject({ tool: 'whoami', caller: 'unverified' });
    await other.close();
  });
});

function dimensionsOf(line: unknown): unknown {
  return (line as { _aws: { CloudWatchMetrics: [{ Dimensions: unknown }] } })._aws.CloudWatchMetrics[0].Dimensions;
}

describe('a log line', () => {
  it('is CloudWatch embedded metrics too, by function and by tool', () => {
    const { _aws, ...fields } = toLogLine(record);
    expect(_aws).toEqual({
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        {
          Namespace: 'LambdaMcp',
          Dimensions: [['functionName'], ['functionName', 'tool']],
          Metrics: [
            { Name: 'duration', Unit: 'Milliseconds' },
            { Name: 'errors', Unit: 'Count' },
          ],
        },
      ],
    });
    expect(fields).toMatchObject({ functionName: 'tools', tool: 'greet', duration: 1.234, errors: 0 });
  });

  it('makes no metric of a tool that a caller made up', () => {
    const line = toLogLine({ ...record, tool: 'x'.repeat(5000), outcome: 'error' });
    expect(JSON.stringify(line).length).toBeLessThan(1500);
    expect(line).toMatchObject({ _aws: { CloudWatchMetrics: [{ Dimensions: [['functionName']] }] } });
  });

  it('stays one line whatever a caller writes', () => {
    const written: string[] = [];
    const { write } = process.stdout;
    process.stdout.write = ((text: string) => written.push(text)) as never;
    try {
      writeLogLine({ ...record, method: 'a\nb\u2028', tool: '"\r\n{' });
    } finally {
      process.stdout.write = write;
    }
    expect(written).toHaveLength(1);
    expect(written[0]?.trimEnd().split(/[\r\n]/)).toHaveLength(1);
    expect(JSON.parse(written[0] ?? '')).toMatchObject({ method: 'a\nb\u2028' });
  });
});

describe('an outcome', () => {
  const message = {
    complete: true,
    id: 1,
    errorCode: undefined,
  };
  const result = { ...message, kind: 'result' as const, isError: false, resultType: undefined };
  it.each<[CallOutcome, number, Parameters<typeof outcomeOf>[1], boolean]>([
    ['ok', 200, result, true],
    ['ok', 202, undefined, false],
    ['tool_error', 200, { ...result, isError: true }, true],
    ['input_required', 200, { ...result, resultType: 'input_required' }, true],
    ['error', 200, { ...result, kind: 'error', errorCode: -32602 }, true],
    ['error', 500, undefined, true],
    ['error', 200, undefined, true],
    ['rejected', 400, { ...result, kind: 'error', errorCode: -32020 }, true],
    ['rejected', 405, undefined, false],
  ])('is %s for status %i', (outcome, status, answer, isRequest) => {
    expect(outcomeOf(status, answer, isRequest).outcome).toBe(outcome);
  });
});
