import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { sigv4Fetch } from 'lambda-mcp/fetch';
import { type LocalLambda, type LocalPrincipal, startLocalLambda } from 'lambda-mcp/local';
import { allOfLambda } from '../../support/lambda.ts';
import type { Line } from './handlers.ts';

export type Endpoint = 'functionUrl' | 'lambdaEndpoint';

export interface FuzzedLambda extends LocalLambda {
  /** May do all that there is in Lambda. */
  readonly admin: LocalPrincipal;
  /** What no answer may hold. */
  readonly secrets: readonly string[];
  /** Throws when an ordinary call is not answered. */
  assertAlive(): Promise<void>;
}

/** A local Lambda that whoever fuzzes may call. */
export async function startFuzzedLambda(line: Line): Promise<FuzzedLambda> {
  const lambda = await startLocalLambda({
    entry: fileURLToPath(new URL(`../functions/${line}.ts`, import.meta.url)),
    concurrency: 4,
    aliases: ['live'],
    principals: [{ name: 'admin', policies: [allOfLambda] }],
    report() {},
  });
  const [admin] = lambda.principals as [LocalPrincipal];
  const call = sigv4Fetch({ credentials: admin, region: lambda.region });
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  return {
    ...lambda,
    admin,
    secrets: [admin.secretAccessKey, admin.sessionToken ?? ''],
    async assertAlive() {
      const response = await call(lambda.functionUrl, { method: 'POST', headers, body });
      assert.equal(response.status, 200, await response.text());
    },
  };
}
