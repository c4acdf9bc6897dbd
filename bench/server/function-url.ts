import { Writable } from 'node:stream';
import type { LambdaContext, LambdaStreamHandler } from 'lambda-mcp/server';

export type FunctionUrlEvent = Parameters<LambdaStreamHandler>[0];
type ResponseStream = Parameters<LambdaStreamHandler>[1];

/** What Lambda's runtime calls, and what it gave. */
export type Handler = (event: FunctionUrlEvent, stream: CollectingStream, lambda: LambdaContext) => Promise<unknown>;

export interface CollectingStream extends ResponseStream {
  /** What has been written, prelude and all. */
  readonly chunks: Uint8Array[];
}

let invocations = 0;

/** Invokes a handler as Lambda's runtime does, and gives the bytes that it wrote. */
export async function invoke(handler: Handler, body: string, headers: Record<string, string>): Promise<Uint8Array[]> {
  invocations += 1;
  const requestId = `8f2b1c7e-5d0a-4f6e-9b3d-${String(invocations).padStart(12, '0')}`;
  const stream = collectingStream();
  await handler(event(requestId, body, headers), stream, context(requestId));
  return stream.chunks;
}

/** The least that Lambda's response stream is: a Writable that knows its content type. */
function collectingStream(): CollectingStream {
  const chunks: Uint8Array[] = [];
  const writable = new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return Object.assign(writable, { chunks, setContentType() {} });
}

/** The global of Lambda's Node runtime, which adapters look for when they are loaded. */
export function defineAwslambda(): void {
  const from = (stream: ResponseStream, prelude: unknown) => {
    stream.setContentType('application/vnd.awslambda.http-integration-response');
    stream.write(JSON.stringify(prelude));
    stream.write(new Uint8Array(8));
    return stream;
  };
  Object.assign(globalThis, {
    awslambda: { streamifyResponse: (handler: unknown) => handler, HttpResponseStream: { from } },
  });
}

/** Status and body of what a handler wrote. */
export function readAnswer(chunks: readonly Uint8Array[]): { status: number; body: string } {
  const bytes = Buffer.concat(chunks);
  const end = bytes.indexOf(Buffer.alloc(8));
  const { statusCode } = JSON.parse(bytes.subarray(0, end).toString());
  return { status: statusCode, body: bytes.subarray(end + 8).toString() };
}

const DOMAIN = 'abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-west-1.on.aws';

function event(requestId: string, body: string, headers: Record<string, string>): FunctionUrlEvent {
  const now = new Date();
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/mcp',
    rawQueryString: '',
    headers: {
      host: DOMAIN,
      'content-type': 'application/json',
      'content-length': String(body.length),
      accept: 'application/json, text/event-stream',
      'user-agent': 'node',
      'x-amz-date': '20260801T101500Z',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
      'x-forwarded-for': '203.0.113.7',
      'x-amzn-trace-id': 'Root=1-68a1b2c3-0123456789abcdef01234567',
      ...headers,
    },
    requestContext: {
      accountId: '111122223333',
      apiId: 'abcdefghijklmnopqrstuvwxyz012345',
      authentication: null,
      authorizer: {
        iam: {
          accessKey: 'ASIAIOSFODNN7EXAMPLE',
          accountId: '111122223333',
          callerId: 'AROAEXAMPLE:agent',
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: 'arn:aws:sts::111122223333:assumed-role/agent/session',
          userId: 'AROAEXAMPLE:agent',
        },
      },
      domainName: DOMAIN,
      domainPrefix: 'abcdefghijklmnopqrstuvwxyz012345',
      http: { method: 'POST', path: '/mcp', protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'node' },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: '01/Aug/2026:10:15:00 +0000',
      timeEpoch: now.getTime(),
    },
    body,
    isBase64Encoded: false,
  };
}

function context(awsRequestId: string): LambdaContext {
  const end = Date.now() + 30_000;
  return {
    awsRequestId,
    functionName: 'orders',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:orders',
    memoryLimitInMB: '512',
    logGroupName: '/aws/lambda/orders',
    logStreamName: '2026/08/01/[$LATEST]0123456789abcdef',
    getRemainingTimeInMillis: () => end - Date.now(),
  };
}
