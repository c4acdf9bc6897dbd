import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type LocalLambda, type LocalPrincipal, startLocalLambda } from 'lambda-mcp/local';

/** What a session cost. */
export interface Count {
  /** Invocations that AWS bills. */
  readonly billed: number;
  /** HTTP requests to the function's URL or the Lambda API. */
  readonly requests: number;
}

export interface CountedLambda extends LocalLambda {
  readonly agent: LocalPrincipal;
  /** What has come since the last count, once nothing more comes. */
  count(): Promise<Count>;
}

/** Time without a request after which none is expected any more: some are sent in the background. Milliseconds. */
const QUIET = 300;

export async function startCountedLambda(): Promise<CountedLambda> {
  const actions = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'];
  const policy = {
    Version: '2012-10-17' as const,
    Statement: [{ Effect: 'Allow' as const, Action: actions, Resource: '*' }],
  };
  const lambda = await startLocalLambda({
    entry: fileURLToPath(new URL('counted-server.ts', import.meta.url)),
    principals: [{ name: 'agent', policies: [policy] }],
    report: () => {},
  });
  const [agent] = lambda.principals as [LocalPrincipal];
  const ports = [lambda.functionUrl, lambda.lambdaEndpoint].map((url) => Number(new URL(url).port));
  let requests = 0;
  function onRequest(message: unknown): void {
    const { port } = (message as { server: Server }).server.address() as AddressInfo;
    if (ports.includes(port)) requests += 1;
  }
  subscribe('http.server.request.start', onRequest);
  let counted: Count = { billed: 0, requests: 0 };
  async function close(): Promise<void> {
    unsubscribe('http.server.request.start', onRequest);
    await lambda.close();
    rmSync(dirname(lambda.trailFile), { recursive: true, force: true });
  }
  return {
    ...lambda,
    agent,
    async count() {
      for (let seen = -1; seen !== requests; await sleep(QUIET)) seen = requests;
      const before = counted;
      counted = { billed: billed(lambda.trailFile), requests };
      return { billed: counted.billed - before.billed, requests: requests - before.requests };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What AWS refuses before it invokes the function is not billed. */
function billed(trailFile: string): number {
  return readFileSync(trailFile, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{') && !(JSON.parse(line) as { errorCode?: string }).errorCode).length;
}
