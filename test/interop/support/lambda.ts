import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type LocalLambda, type LocalPrincipal, startLocalLambda } from 'lambda-mcp/local';

export interface InteropLambda extends LocalLambda {
  /** May call the function, by its URL and by Invoke. */
  readonly agent: LocalPrincipal;
  /** The environment of a program that acts as the agent, and nothing of this process's but the path. */
  readonly environment: Readonly<Record<string, string>>;
  /** How many HTTP requests have come so far, refused ones too. */
  received(): number;
  /** How many calls the function has been billed for so far. */
  billed(): number;
  /** The function's log so far: one record for each request that it served. */
  served(): readonly ServedRequest[];
}

export interface ServedRequest {
  readonly method?: string;
  readonly tool?: string;
  readonly protocolVersion?: string;
  readonly status: number;
}

/** A server file on the local Lambda, and a home folder with the credentials to call it. */
export async function startInteropLambda(entry: string): Promise<InteropLambda> {
  const lambda = await startLocalLambda({
    entry,
    principals: [
      {
        name: 'agent',
        policies: [
          {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Action: ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'], Resource: '*' },
            ],
          },
        ],
      },
    ],
    report: () => {},
  });
  const [agent] = lambda.principals as [LocalPrincipal];
  const home = createHome(agent, lambda.region);
  const requests = countRequests([lambda.functionUrl, lambda.lambdaEndpoint]);
  async function close(): Promise<void> {
    await lambda.close();
    requests.stop();
    rmSync(home, { recursive: true, force: true });
    rmSync(dirname(lambda.trailFile), { recursive: true, force: true });
  }
  return {
    ...lambda,
    agent,
    environment: {
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      HOME: home,
      AWS_REGION: lambda.region,
      AWS_ENDPOINT_URL_LAMBDA: lambda.lambdaEndpoint,
    },
    received: requests.count,
    billed: () => readJsonLines<{ errorCode?: string }>(lambda.trailFile).filter(({ errorCode }) => !errorCode).length,
    served: () => readJsonLines<ServedRequest>(lambda.logFile),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Counts the requests to servers of this process, before those have looked at them. */
function countRequests(urls: readonly string[]): { count(): number; stop(): void } {
  const ports = new Set(urls.map((url) => Number(new URL(url).port)));
  let requests = 0;
  function onRequest(message: unknown): void {
    const { port } = (message as { server: Server }).server.address() as AddressInfo;
    if (ports.has(port)) requests += 1;
  }
  subscribe('http.server.request.start', onRequest);
  return { count: () => requests, stop: () => void unsubscribe('http.server.request.start', onRequest) };
}

/** A home folder as the AWS CLI leaves it. */
function createHome({ accessKeyId, secretAccessKey, sessionToken = '' }: LocalPrincipal, region: string): string {
  const home = mkdtempSync(join(tmpdir(), 'lambda-mcp-home-'));
  const keys = { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey };
  mkdirSync(join(home, '.aws'));
  writeFileSync(join(home, '.aws/config'), profile({ region }));
  writeFileSync(join(home, '.aws/credentials'), profile({ ...keys, aws_session_token: sessionToken }));
  return home;
}

function profile(settings: Readonly<Record<string, string>>): string {
  return ['[default]', ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`), ''].join('\n');
}

/** The lines of a log that are JSON. */
function readJsonLines<T>(file: string): T[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}
