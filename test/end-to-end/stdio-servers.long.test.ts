import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { App, type CfnResource, Stack } from 'aws-cdk-lib';
import { McpFunction } from 'lambda-mcp/infra';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect, LINES, type TestClient, WAYS } from '../support/clients.ts';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';
import { processesOf, signalAll } from '../support/stdio-processes.ts';
import { FLOOD, FOREIGN_SERVERS, type ForeignServer } from '../support/stdio-servers.ts';

/** Long enough for the slowest of them to start; milliseconds. */
const TIMEOUT = 4000;
const present = FOREIGN_SERVERS.filter(({ isMissing = false }) => !isMissing);
const out = mkdtempSync(join(tmpdir(), 'lambda-mcp-stdio-'));
const assets = new Map<string, string>();

/** All of them in one app: what is packed is what is deployed. */
beforeAll(() => {
  const stack = new Stack(new App({ outdir: out, context: { 'aws:cdk:enable-asset-metadata': true } }), 'Stack');
  const made = present.map(({ packed }, index) => new McpFunction(stack, `Server${index}`, packed));
  for (const [index, each] of made.entries()) {
    const resource = each.node.findChild('Function').node.defaultChild as CfnResource;
    assets.set(present[index]?.name as string, join(out, resource.getMetadata('aws:asset:path')));
  }
});
afterAll(() => rmSync(out, { recursive: true }));

/** One concurrent environment, so that its process is the one that was called before. */
const start = ({ name, server }: ForeignServer, form: string) => {
  const options = { concurrency: 1, timeout: TIMEOUT };
  if (form === 'as a bundle') {
    return startTestLambda('', { ...options, entry: join(assets.get(name) as string, 'index.mjs') });
  }
  return startTestLambda('stdio/function.ts', { ...options, environment: { STDIO_SERVER: JSON.stringify(server) } });
};

const cases = present.flatMap((foreign) => ['as source', 'as a bundle'].map((form) => ({ ...foreign, foreign, form })));

describe.each(cases)('$name in Lambda, $form', ({ foreign, form, program, tool, args, answer }) => {
  let lambda: TestLambda;
  beforeAll(async () => {
    lambda = await start(foreign, form);
  });
  afterAll(() => lambda?.close());

  const isAnswered = async (client: TestClient) => {
    const { isError, text } = await client.call(tool, args);
    expect(isError, text).toBe(false);
    expect(text).toContain(answer);
  };

  describe.each(WAYS.flatMap((way) => LINES.map((line) => [line, way] as const)))('to %s over %s', (line, way) => {
    let client: TestClient;
    beforeAll(async () => {
      client = await connect(line, way, lambda);
    });
    afterAll(() => client?.close());

    it('answers', async () => {
      expect(await client.toolNames()).toContain(tool);
      await isAnswered(client);
      await isAnswered(client);
    });

    // The two eras are told alike; the third line would take the time of a fault once more.
    describe.skipIf(line === 'v2, 2025')('under faults', () => {
      /** A call that its process has, which is stopped meanwhile. */
      async function callStopped() {
        await isAnswered(client);
        // With a process for each request, the next one's is starting.
        await vi.waitFor(() => expect(processesOf(program)).not.toEqual([]), { timeout: 5000 });
        await sleep(300);
        const pids = processesOf(program);
        signalAll(pids, 'SIGSTOP');
        const called = client.call(tool, args).then(
          ({ text }) => text,
          (error: Error) => error.message,
        );
        await sleep(300);
        return { pids, called };
      }

      it('tells of a process that was killed, and answers the next call', async () => {
        const { pids, called } = await callStopped();
        signalAll(pids, 'SIGKILL');
        expect(await called).toContain('ended by SIGKILL');
        await isAnswered(client);
      });

      it('waits for a process that is slow', async () => {
        const { pids, called } = await callStopped();
        signalAll(pids, 'SIGCONT');
        expect(await called).toContain(answer);
        await isAnswered(client);
      });

      it('tells of a process that was stopped, and answers the next call', async () => {
        const { called } = await callStopped();
        expect(await called).toContain('before the function');
        await isAnswered(client);
      });

      it('tells of a process that floods, and answers the next call', async () => {
        const { pids, called } = await callStopped();
        writeFileSync(FLOOD, '');
        signalAll(pids, 'SIGUSR2');
        signalAll(pids, 'SIGCONT');
        expect(await called).toContain('MiB to its stdout');
        rmSync(FLOOD);
        await isAnswered(client);
      });
    });
  });
});

describe('server-everything', () => {
  let lambda: TestLambda;
  beforeAll(async () => {
    lambda = await start(FOREIGN_SERVERS[0] as ForeignServer, 'as source');
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
