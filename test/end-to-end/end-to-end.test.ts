import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, LINES, type TestClient, WAYS } from '../support/clients.ts';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';
import { contents, newPath } from '../support/scratch.ts';

const MB = 1024 * 1024;
const servers = [
  ['v2', LINES],
  ['v1', LINES.filter((line) => line !== 'v2, 2026')],
] as const;

describe.each(servers)('a server made with the SDK line %s', (server, lines) => {
  let lambda: TestLambda;
  beforeAll(async () => {
    lambda = await startTestLambda(`servers/${server}.ts`, { timeout: 60_000 });
  });
  afterAll(() => lambda.close());

  describe.each(lines.flatMap((line) => WAYS.map((way) => [line, way] as const)))(
    'a client of %s by %s',
    (line, way) => {
      let client: TestClient;
      beforeAll(async () => {
        client = await connect(line, way, lambda);
      });
      afterAll(() => client.close());

      it('speaks the newest protocol that both know', () => {
        expect(client.protocolVersion).toBe(line === 'v2, 2026' ? '2026-07-28' : '2025-11-25');
      });

      it('lists the tools and calls one', async () => {
        expect(await client.toolNames()).toContain('echo');
        const text = 'Grüße, 世界 "quoted" \\ and \u2028 \u0001';
        expect(await client.call('echo', { text })).toEqual({ isError: false, text });
      });

      it('sees each step of progress while the tool runs', async () => {
        const gate = newPath();
        const seen: number[] = [];
        const result = await client.call(
          'steps',
          { count: 4, gate },
          {
            onprogress: ({ progress }) => {
              seen.push(progress);
              writeFileSync(`${gate}.${progress}`, '');
            },
          },
        );
        expect(seen).toEqual([1, 2, 3, 4]);
        expect(result.text).toBe('done');
      });

      it('can give up a call', async () => {
        const file = newPath();
        const controller = new AbortController();
        const call = client.call('wait', { file }, { signal: controller.signal });
        call.catch(() => {});
        await expect.poll(() => contents(file), { timeout: 10_000 }).toBe('began;');
        controller.abort();
        await expect(call).rejects.toThrow();
        expect((await client.call('echo', { text: 'still here' })).text).toBe('still here');
      });

      it('gets the error of a tool that throws, and no stack trace', async () => {
        const result = await client.call('throw');
        expect(result).toEqual({ isError: true, text: 'the tool failed' });
      });

      it('sends an argument of 5 MB', async () => {
        expect((await client.call('length', { text: 'a'.repeat(5 * MB) })).text).toBe(String(5 * MB));
      });

      it('is told at once that 7 MB are too much', async () => {
        await expect(client.call('length', { text: 'a'.repeat(7 * MB) })).rejects.toThrow(
          /has 73\d{5} bytes, and AWS Lambda takes at most 6291456/,
        );
      });

      it('receives a result of 20 MB', async () => {
        const { text } = await client.call('large', { bytes: 20 * MB });
        expect(text.length).toBe(20 * MB);
      });
    },
  );
});
