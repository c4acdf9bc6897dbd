import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, LINES, WAYS } from '../support/clients.ts';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';
import { FOREIGN_SERVERS } from '../support/stdio-servers.ts';

/** One concurrent environment, so that its process is the one that was called before. */
const start = (server: object) =>
  startTestLambda('stdio/function.ts', {
    concurrency: 1,
    timeout: 20_000,
    environment: { STDIO_SERVER: JSON.stringify(server) },
  });

describe.each(FOREIGN_SERVERS)('$name in Lambda', ({ server, tool, args, answer, isMissing = false }) => {
  let lambda: TestLambda;
  beforeAll(async () => {
    if (!isMissing) lambda = await start(server);
  });
  afterAll(() => lambda?.close());

  it.skipIf(isMissing).each(WAYS.flatMap((way) => LINES.map((line) => [line, way] as const)))(
    'answers a stock client of %s over %s',
    async (line, way) => {
      const client = await connect(line, way, lambda);
      expect(await client.toolNames()).toContain(tool);
      for (let i = 0; i < 2; i += 1) {
        const { isError, text } = await client.call(tool, args);
        expect(isError, text).toBe(false);
        expect(text).toContain(answer);
      }
      await client.close();
    },
  );
});

describe('server-everything', () => {
  let lambda: TestLambda;
  beforeAll(async () => {
    lambda = await start(FOREIGN_SERVERS[0]?.server as object);
  });
  afterAll(() => lambda.close());

  it.each(LINES)('tells a client of %s of its progress', async (line) => {
    const client = await connect(line, 'SigV4', lambda);
    const progress: number[] = [];
    await client.call(
      'trigger-long-running-operation',
      { duration: 0.5, steps: 3 },
      { onprogress: (told) => void progress.push(told.progress) },
    );
    expect(progress).toEqual([1, 2, 3]);
    await client.close();
  });
});
