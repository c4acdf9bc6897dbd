import { readFileSync } from 'node:fs';
import { InvokeCommand, InvokeWithResponseStreamCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { sigv4Fetch } from 'lambda-mcp/fetch';
import type { LocalPrincipal } from 'lambda-mcp/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, allOfLambda, startTestLambda, type TestLambda } from '../support/lambda.ts';

const OTHER_ACCOUNT = '444455556666';
const ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:mcp-server`;

let lambda: TestLambda;
const principal = (name: string): LocalPrincipal => {
  const found = lambda.principals.find((each) => each.name === name);
  if (!found) throw new Error(`There is no principal ${name}.`);
  return found;
};

beforeAll(async () => {
  const partner = `arn:aws:iam::${OTHER_ACCOUNT}:role/partner`;
  lambda = await startTestLambda('servers/v2.ts', {
    aliases: ['prod'],
    principals: [
      { name: 'nobody' },
      { name: 'half', sessionName: 'run-1' },
      { name: 'Ann', type: 'user', policies: [allOfLambda] },
      { name: 'partner', accountId: OTHER_ACCOUNT, policies: [allOfLambda] },
      { name: 'stranger', accountId: OTHER_ACCOUNT, policies: [allOfLambda] },
    ],
    permissions: [
      { StatementId: 'half', Action: 'lambda:InvokeFunctionUrl', Principal: `arn:aws:iam::${ACCOUNT}:role/half` },
      { StatementId: 'partner-url', Action: 'lambda:InvokeFunctionUrl', Principal: partner },
      { StatementId: 'partner-invoke', Action: 'lambda:InvokeFunction', Principal: partner },
    ],
  });
});
afterAll(() => lambda?.close());

const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const messageTo = (tool: string) =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: tool, arguments: { note: 'private words' } },
  });

type Line = Record<string, unknown>;
const linesOf = (file: string): string[] => readFileSync(file, 'utf8').split('\n').filter(Boolean);
const trail = (): Line[] => linesOf(lambda.trailFile).map((line) => JSON.parse(line));

/** The lines that the server logged of a call. */
function loggedOf(requestId: unknown): Line[] {
  const records: Line[] = linesOf(lambda.logFile)
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
  return records.filter((record) => record.requestId === requestId);
}

/** A call, by the id that its caller was told. */
interface Told {
  readonly status: number;
  readonly requestId: string | undefined;
}

async function callUrl(name: string, tool = 'whoami'): Promise<Told> {
  const fetch = sigv4Fetch({ credentials: principal(name), region: lambda.region });
  const body = messageTo(tool);
  const response = await fetch(lambda.functionUrl, {
    method: 'POST',
    headers: { ...headers, 'user-agent': 'a/1' },
    body,
  });
  await response.text();
  return { status: response.status, requestId: response.headers.get('x-amzn-requestid') ?? undefined };
}

async function callApi(name: string, way: 'plain' | 'streaming', Qualifier?: string, tool = 'whoami'): Promise<Told> {
  const { lambdaEndpoint: endpoint, region } = lambda;
  const client = new LambdaClient({ endpoint, region, credentials: principal(name), maxAttempts: 1 });
  const event = {
    ...{ version: '2.0', rawPath: '/', rawQueryString: '', headers, body: messageTo(tool), isBase64Encoded: false },
    requestContext: { http: { method: 'POST', path: '/' }, requestId: 'forged', domainName: 'localhost' },
  };
  const input = { FunctionName: 'mcp-server', Payload: JSON.stringify(event), ...(Qualifier && { Qualifier }) };
  try {
    const { $metadata, ...answer } =
      way === 'plain'
        ? await client.send(new InvokeCommand(input))
        : await client.send(new InvokeWithResponseStreamCommand(input));
    if ('EventStream' in answer) for await (const _ of answer.EventStream ?? []);
    return { status: $metadata.httpStatusCode ?? 0, requestId: $metadata.requestId };
  } catch (error) {
    const { $metadata } = error as { $metadata?: { httpStatusCode?: number; requestId?: string } };
    if (!$metadata) throw error;
    return { status: $metadata.httpStatusCode ?? 0, requestId: $metadata.requestId };
  }
}

/** The one record that a call adds, which must be about it. */
async function recordOf(call: () => Promise<Told>, expectedStatus: number): Promise<Line> {
  const before = trail().length;
  const { status, requestId } = await call();
  expect(status).toBe(expectedStatus);
  const added = trail().slice(before);
  expect(added).toHaveLength(1);
  expect(added[0]?.requestID).toBe(requestId);
  return added[0] as Line;
}

const role = (name: string, session = 'local') => ({
  type: 'AssumedRole',
  principalId: expect.stringMatching(new RegExp(`^AROA[A-Z2-7]{17}:${session}$`)),
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/${session}`,
  accountId: ACCOUNT,
  accessKeyId: principal(name).accessKeyId,
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      principalId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      arn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
      accountId: ACCOUNT,
      userName: name,
    },
  },
});
const user = (name: string) => ({
  type: 'IAMUser',
  principalId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
  arn: `arn:aws:iam::${ACCOUNT}:user/${name}`,
  accountId: ACCOUNT,
  accessKeyId: principal(name).accessKeyId,
  userName: name,
});
/** Of a caller's name and keys, CloudTrail tells another account nothing. */
const otherAccount = () => ({
  type: 'AWSAccount',
  principalId: expect.stringMatching(/^AROA[A-Z2-7]{17}:local$/),
  accountId: OTHER_ACCOUNT,
});

/** All of a record. */
function record(eventName: string, userIdentity: object, more: object = {}, arn = ARN): Line {
  return {
    eventVersion: expect.stringMatching(/^1\.\d+$/),
    userIdentity,
    eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    eventSource: 'lambda.amazonaws.com',
    eventName,
    awsRegion: 'us-east-1',
    sourceIPAddress: '127.0.0.1',
    userAgent: expect.stringMatching(eventName === 'Invoke' ? /^aws-sdk-js\/3/ : /^a\/1$/),
    requestParameters: { functionName: arn },
    responseElements: null,
    requestID: expect.stringMatching(/^[0-9a-f-]{36}$/),
    eventID: expect.stringMatching(/^[0-9a-f-]{36}$/),
    readOnly: false,
    resources: [{ accountId: ACCOUNT, type: 'AWS::Lambda::Function', ARN: arn }],
    eventType: 'AwsApiCall',
    managementEvent: false,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Data',
    ...more,
  };
}

const denied = (who: string, action: string, why: RegExp) => ({
  errorCode: 'AccessDenied',
  errorMessage: expect.stringMatching(
    new RegExp(`^User: ${who} is not authorized to perform: ${action} on resource: ${ARN} because ${why.source}`),
  ),
});
const session = (name: string, account = ACCOUNT) => `arn:aws:sts::${account}:assumed-role/${name}/local`;

describe('a call of the function URL', () => {
  it.each<[name: string, identity: () => object, loggedCaller: string]>([
    ['agent', () => role('agent'), session('agent')],
    ['Ann', () => user('Ann'), `arn:aws:iam::${ACCOUNT}:user/Ann`],
    ['partner', () => otherAccount(), session('partner', OTHER_ACCOUNT)],
  ])('that serves %s is on record, by the request id of its log line', async (name, identity, loggedCaller) => {
    const served = await recordOf(() => callUrl(name), 200);
    expect(served).toEqual(record('InvokeFunctionUrl', identity()));
    expect(loggedOf(served.requestID)).toMatchObject([{ caller: loggedCaller, tool: 'whoami', outcome: 'ok' }]);
  });

  it.each<[name: string, identity: () => object, refusal: () => object]>([
    [
      'nobody',
      () => role('nobody'),
      () => denied(session('nobody'), 'lambda:InvokeFunctionUrl', /no resource-based policy/),
    ],
    [
      'half, by the second of the two actions',
      () => role('half', 'run-1'),
      () => denied(session('half').replace(/local$/, 'run-1'), 'lambda:InvokeFunction', /no resource-based policy/),
    ],
    [
      'stranger, who comes from another account',
      () => otherAccount(),
      () => denied(session('stranger', OTHER_ACCOUNT), 'lambda:InvokeFunctionUrl', /no resource-based policy/),
    ],
  ])('that refuses %s is on record, and never reaches the function', async (name, identity, refusal) => {
    const refused = await recordOf(() => callUrl(name.replace(/,.*/, '')), 403);
    expect(refused).toEqual(record('InvokeFunctionUrl', identity(), refusal()));
    expect(readFileSync(lambda.logFile, 'utf8')).not.toContain(refused.requestID);
  });

  it('that the function fails is on record as one that was let in', async () => {
    const failed = await recordOf(() => callUrl('agent', 'exit'), 502);
    expect(failed).toEqual(record('InvokeFunctionUrl', role('agent')));
  });

  it('whose signature proves nobody is not on record', async () => {
    const before = linesOf(lambda.trailFile);
    expect((await fetch(lambda.functionUrl, { method: 'POST', body: messageTo('whoami') })).status).toBe(403);
    const wrong = sigv4Fetch({ credentials: { ...lambda.agent, secretAccessKey: 'wrong' }, region: lambda.region });
    expect((await wrong(lambda.functionUrl, { method: 'POST', body: messageTo('whoami') })).status).toBe(403);
    expect(linesOf(lambda.trailFile)).toEqual(before);
  });
});

describe.each(['plain', 'streaming'] as const)('a call of the Invoke API, %s', (way) => {
  it.each<[name: string, identity: () => object]>([
    ['admin', () => role('admin')],
    ['Ann', () => user('Ann')],
    ['partner', () => otherAccount()],
  ])('that serves %s is on record, by the request id of its log line', async (name, identity) => {
    const served = await recordOf(() => callApi(name, way), 200);
    expect(served).toEqual(record('Invoke', identity()));
    expect(loggedOf(served.requestID)).toMatchObject([{ caller: 'unverified', tool: 'whoami', outcome: 'ok' }]);
  });

  it.each<[name: string, identity: () => object, who: string]>([
    ['agent', () => role('agent'), session('agent')],
    ['stranger', () => otherAccount(), session('stranger', OTHER_ACCOUNT)],
  ])('that refuses %s is on record, and never reaches the function', async (name, identity, who) => {
    const refused = await recordOf(() => callApi(name, way), 403);
    expect(refused).toEqual(
      record('Invoke', identity(), denied(who, 'lambda:InvokeFunction', /no resource-based policy/)),
    );
    expect(readFileSync(lambda.logFile, 'utf8')).not.toContain(refused.requestID);
  });

  it('names the alias that was called', async () => {
    const served = await recordOf(() => callApi('admin', way, 'prod'), 200);
    expect(served).toEqual(record('Invoke', role('admin'), {}, `${ARN}:prod`));
  });

  it('that the function fails is on record as one that was let in', async () => {
    const failed = await recordOf(() => callApi('admin', way, undefined, 'exit'), 200);
    expect(failed).toEqual(record('Invoke', role('admin')));
  });
});

it('no record is like another, and none holds a secret or an argument', async () => {
  const ids = trail().flatMap(({ eventID, requestID }) => [eventID, requestID]);
  expect(ids.length).toBeGreaterThan(20);
  expect(new Set(ids).size).toBe(ids.length);
  const text = readFileSync(lambda.trailFile, 'utf8') + readFileSync(lambda.logFile, 'utf8');
  for (const { secretAccessKey, sessionToken = secretAccessKey } of lambda.principals) {
    expect(text).not.toContain(secretAccessKey);
    expect(text).not.toContain(sessionToken);
  }
  expect(text).not.toMatch(/Signature=|AWS4-HMAC|private words/);
});
