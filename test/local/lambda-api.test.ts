import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AddPermissionCommand,
  GetFunctionCommand,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  InvalidParameterValueException,
  InvalidRequestContentException,
  InvokeCommand,
  type InvokeCommandInput,
  InvokeWithResponseStreamCommand,
  type InvokeWithResponseStreamResponseEvent,
  LambdaClient,
  LambdaServiceException,
  ListFunctionsCommand,
  PolicyLengthExceededException,
  PreconditionFailedException,
  RemovePermissionCommand,
  RequestTooLargeException,
  ResourceConflictException,
  ResourceNotFoundException,
  TooManyRequestsException,
} from '@aws-sdk/client-lambda';
import { sigv4Fetch } from 'lambda-mcp/fetch';
import type { LocalPrincipal } from 'lambda-mcp/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Order } from '../fixtures/execution/as-told.ts';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';
import { newPath } from '../support/scratch.ts';

const LIMIT = 6 * 1024 * 1024;
const ARN = 'arn:aws:lambda:us-east-1:111122223333:function:mcp-server';
/** Milliseconds; it does not count while the function is loaded. */
const SHORT_TIMEOUT = 1500;

let lambda: TestLambda;
let client: LambdaClient;
let agent: LambdaClient;

beforeAll(async () => {
  lambda = await startTestLambda('execution/as-told.ts', { aliases: ['prod', 'beta'] });
  client = clientOf(lambda, lambda.admin);
  agent = clientOf(lambda, lambda.agent);
});
afterAll(() => lambda?.close());

function clientOf({ lambdaEndpoint: endpoint, region }: TestLambda, credentials: LocalPrincipal): LambdaClient {
  return new LambdaClient({ endpoint, region, credentials, maxAttempts: 1 });
}

type Naming = Partial<Pick<InvokeCommandInput, 'FunctionName' | 'Qualifier'>>;

function invoke(order: Order, naming: Naming = {}, by = client) {
  return by.send(new InvokeCommand({ FunctionName: 'mcp-server', Payload: JSON.stringify(order), ...naming }));
}

async function stream(order: Order, naming: Naming = {}, by = client) {
  const command = new InvokeWithResponseStreamCommand({
    ...{ FunctionName: 'mcp-server', Payload: JSON.stringify(order) },
    ...naming,
  });
  const { EventStream, ...head } = await by.send(command);
  if (!EventStream) throw new Error('There is no stream.');
  return { ...head, events: EventStream[Symbol.asyncIterator]() };
}

/** The events of a stream that are still to come. */
async function rest(events: AsyncIterator<InvokeWithResponseStreamResponseEvent>) {
  const found: InvokeWithResponseStreamResponseEvent[] = [];
  for (let next = await events.next(); !next.done; next = await events.next()) found.push(next.value);
  const text = found.map(({ PayloadChunk }) => Buffer.from(PayloadChunk?.Payload ?? '').toString()).join('');
  const last = found.at(-1)?.InvokeComplete;
  const { ErrorCode, ErrorDetails } = last ?? {};
  return {
    text,
    completes: found.filter(({ InvokeComplete }) => InvokeComplete).length,
    ...(ErrorCode !== undefined && { error: { ErrorCode, ...JSON.parse(ErrorDetails ?? '{}') } }),
  };
}

async function chunk(events: AsyncIterator<InvokeWithResponseStreamResponseEvent>): Promise<string | undefined> {
  const { value } = await events.next();
  return value?.PayloadChunk && Buffer.from(value.PayloadChunk.Payload).toString();
}

const signals = newPath();
mkdirSync(signals);
const post = (name: string) => writeFileSync(join(signals, name), '');

const read = (payload: Uint8Array | undefined) => JSON.parse(Buffer.from(payload ?? '').toString());

/** What the client throws. */
async function errorOf(call: Promise<unknown>): Promise<LambdaServiceException> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof LambdaServiceException)) throw error ?? new Error('Nothing was thrown.');
  return error;
}

/** As the client raises an error of the API's model. */
function expectError(
  error: LambdaServiceException,
  type: new (...args: never[]) => LambdaServiceException,
  status: number,
  message: string | RegExp,
): void {
  expect(error).toBeInstanceOf(type);
  expect(error).toMatchObject({ Type: 'User', $fault: 'client', $metadata: { httpStatusCode: status } });
  expect(error.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(error.message).toMatch(message);
}

/** Access denied has no class of its own in the client. */
function expectDenied(error: LambdaServiceException, who: string, action: string, resource: string): void {
  expect(error).toMatchObject({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } });
  expect(error.message).toContain(
    `User: ${who} is not authorized to perform: ${action} on resource: ${resource} because`,
  );
}

function invocations(): number {
  return readFileSync(lambda.logFile, 'utf8').match(/^START RequestId/gm)?.length ?? 0;
}

const names: [naming: Naming, invoked: string][] = [
  [{ FunctionName: 'mcp-server' }, ARN],
  [{ FunctionName: '111122223333:function:mcp-server' }, ARN],
  [{ FunctionName: ARN }, ARN],
  [{ FunctionName: 'mcp-server', Qualifier: '$LATEST' }, `${ARN}:$LATEST`],
  [{ FunctionName: 'mcp-server:$LATEST' }, `${ARN}:$LATEST`],
  [{ FunctionName: 'mcp-server', Qualifier: 'prod' }, `${ARN}:prod`],
  [{ FunctionName: 'mcp-server:prod' }, `${ARN}:prod`],
  [{ FunctionName: 'mcp-server:prod', Qualifier: 'prod' }, `${ARN}:prod`],
  [{ FunctionName: '111122223333:function:mcp-server:beta' }, `${ARN}:beta`],
  [{ FunctionName: `${ARN}:beta` }, `${ARN}:beta`],
];

const unknownNames: [naming: Naming, arn: string][] = [
  [{ FunctionName: 'other' }, ARN.replace('mcp-server', 'other')],
  [{ FunctionName: 'mcp-server', Qualifier: 'test' }, `${ARN}:test`],
  [{ FunctionName: 'mcp-server:1' }, `${ARN}:1`],
  [{ FunctionName: ARN.replace('mcp-server', 'other') }, ARN.replace('mcp-server', 'other')],
];

describe('Invoke', () => {
  it('answers with all that a streaming function wrote', async () => {
    const answer = await invoke({ do: 'tell', text: 'first ' });
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(answer.FunctionError).toBeUndefined();
    const text = Buffer.from(answer.Payload ?? '').toString();
    expect(text).toMatch(/^first \{"event":\{"do":"tell","text":"first "\}/);
    expect(text).toContain(`"awsRequestId":"${answer.$metadata.requestId}"`);
  });

  it('includes the prelude of an HTTP response', async () => {
    const { Payload } = await invoke({ do: 'respond' });
    const [prelude, body] = Buffer.from(Payload ?? '')
      .toString()
      .split('\0'.repeat(8));
    expect(JSON.parse(prelude ?? '')).toEqual({ statusCode: 201, headers: { 'x-a': 'b' } });
    expect(body).toBe('body');
  });

  it('answers with nothing when nothing was written', async () => {
    expect(Buffer.from((await invoke({ do: 'nothing' })).Payload ?? '').byteLength).toBe(0);
  });

  it.each(names)('reaches the function as %j', async (naming, invoked) => {
    expect(read((await invoke({ do: 'tell' }, naming)).Payload).invokedFunctionArn).toBe(invoked);
  });

  it.each(unknownNames)('finds none as %j', async (naming, arn) => {
    const error = await errorOf(invoke({ do: 'tell' }, naming));
    expectError(error, ResourceNotFoundException, 404, `Function not found: ${arn}`);
  });

  it('finds none in another region', async () => {
    const error = await errorOf(invoke({ do: 'tell' }, { FunctionName: ARN.replace('us-east-1', 'eu-west-1') }));
    expectError(error, ResourceNotFoundException, 404, "Functions from 'eu-west-1' are not reachable in this region");
  });

  it('does not take the function of another account for this one', async () => {
    const elsewhere = ARN.replace('111122223333', '444455556666');
    const before = invocations();
    for (const FunctionName of [elsewhere, elsewhere.replace(/^.*:(?=\d{12})/, '')]) {
      const error = await errorOf(invoke({ do: 'tell' }, { FunctionName }));
      expectDenied(error, 'arn:aws:sts::111122223333:assumed-role/admin/local', 'lambda:InvokeFunction', elsewhere);
    }
    expect(invocations()).toBe(before);
  });

  it('wants one qualifier, not two', async () => {
    const error = await errorOf(invoke({ do: 'tell' }, { FunctionName: 'mcp-server:prod', Qualifier: 'beta' }));
    expectError(error, InvalidParameterValueException, 400, 'The derived qualifier from the function name does not');
  });

  it('tells who may not call, before whether there is anything to call', async () => {
    for (const [naming, arn] of [[{}, ARN] as const, ...unknownNames]) {
      const error = await errorOf(invoke({ do: 'tell' }, naming, agent));
      expectDenied(error, 'arn:aws:sts::111122223333:assumed-role/agent/local', 'lambda:InvokeFunction', arn);
    }
  });

  it('is only tried by a dry run', async () => {
    const dryRun = (by: LambdaClient, naming: Naming = {}) =>
      by.send(new InvokeCommand({ FunctionName: 'mcp-server', InvocationType: 'DryRun', ...naming }));
    const before = invocations();
    expect((await dryRun(client)).StatusCode).toBe(204);
    expect((await errorOf(dryRun(agent))).name).toBe('AccessDeniedException');
    expect(await errorOf(dryRun(client, { FunctionName: 'other' }))).toBeInstanceOf(ResourceNotFoundException);
    expect(invocations()).toBe(before);
  });

  it('is refused where it would only be queued', async () => {
    const error = await errorOf(client.send(new InvokeCommand({ FunctionName: ARN, InvocationType: 'Event' })));
    expect(error).toBeInstanceOf(InvalidParameterValueException);
  });

  it.each([
    ['cut off', '{"do":'],
    ['bare text', 'tell'],
    ['text that is not UTF-8', Buffer.from('{"do":"tell","text":"\xe9"}', 'latin1')],
  ])('takes no payload but JSON, such as %s', async (_what, Payload) => {
    const before = invocations();
    const input = { FunctionName: ARN, Payload };
    for (const command of [new InvokeCommand(input), new InvokeWithResponseStreamCommand(input)]) {
      const error = await errorOf(client.send(command as InvokeCommand));
      expectError(error, InvalidRequestContentException, 400, 'Could not parse request body into json');
    }
    expect(invocations()).toBe(before);
  });

  it('takes 6 MB and no byte more', async () => {
    const fixed = Buffer.byteLength(JSON.stringify({ do: 'nothing', text: '' }));
    const payloadOf = (size: number): Order => ({ do: 'nothing', text: 'x'.repeat(size - fixed) });
    expect((await invoke(payloadOf(LIMIT))).FunctionError).toBeUndefined();
    const error = await errorOf(invoke(payloadOf(LIMIT + 1)));
    expectError(error, RequestTooLargeException, 413, 'Request must be smaller than 6291456 bytes');
  });

  it('answers with 6 MB and no byte more', async () => {
    expect((await invoke({ do: 'fill', bytes: LIMIT })).Payload?.byteLength).toBe(LIMIT);
    const answer = await invoke({ do: 'fill', bytes: LIMIT + 1 });
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(read(answer.Payload)).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
  });

  it.each([undefined, 'some text'])('tells that the function threw, having written %s', async (text) => {
    const answer = await invoke({ do: 'throw', ...(text !== undefined && { text }) });
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(read(answer.Payload)).toEqual({
      errorType: 'RangeError',
      errorMessage: 'out of range',
      trace: expect.arrayContaining(['RangeError: out of range']),
    });
  });

  it.each([
    ['exit', 'Runtime.ExitError', /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$/],
    ['hang', 'Sandbox.Timedout', /^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.50 seconds$/],
  ] as const)('tells that the function had to %s, and serves the next call', async (deed, errorType, message) => {
    await using impatient = await startTestLambda('execution/as-told.ts', { timeout: SHORT_TIMEOUT });
    const by = clientOf(impatient, impatient.admin);
    const answer = await invoke({ do: deed }, {}, by);
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    const payload = read(answer.Payload);
    expect(payload).toEqual({ errorType, errorMessage: expect.stringMatching(message) });
    expect(payload.errorMessage).toContain(answer.$metadata.requestId);
    expect((await invoke({ do: 'tell' }, {}, by)).FunctionError).toBeUndefined();
  });
});

describe('InvokeWithResponseStream', () => {
  it('gives each chunk while the function waits for it to be seen', async () => {
    const { events, ...head } = await stream({ do: 'steps', signal: join(signals, 'stream') });
    expect(head).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(await chunk(events)).toBe('one');
    post('stream.0');
    expect(await chunk(events)).toBe('two');
    post('stream.1');
    expect(await rest(events)).toEqual({ text: 'three', completes: 1 });
  });

  it('gives the prelude of an HTTP response, and its body', async () => {
    const { text } = await rest((await stream({ do: 'respond' })).events);
    expect(text).toBe(`{"statusCode":201,"headers":{"x-a":"b"}}${'\0'.repeat(8)}body`);
  });

  it('completes though nothing was written', async () => {
    expect(await rest((await stream({ do: 'nothing' })).events)).toEqual({ text: '', completes: 1 });
  });

  it('gives more than Invoke would', async () => {
    const { text } = await rest((await stream({ do: 'fill', bytes: LIMIT + 1 })).events);
    expect(text).toHaveLength(LIMIT + 1);
  });

  it.each(names)('reaches the function as %j', async (naming, invoked) => {
    const { text } = await rest((await stream({ do: 'tell' }, naming)).events);
    expect(JSON.parse(text).invokedFunctionArn).toBe(invoked);
  });

  it.each([undefined, 'some text'])('completes with the error of a function that threw, after %s', async (text) => {
    const { events } = await stream({ do: 'throw', ...(text !== undefined && { text }) });
    expect(await rest(events)).toEqual({
      text: text ?? '',
      completes: 1,
      error: {
        ErrorCode: 'RangeError',
        errorType: 'RangeError',
        errorMessage: 'out of range',
        trace: expect.arrayContaining(['RangeError: out of range']),
      },
    });
  });

  it.each([
    ['exit', 'Runtime.ExitError', 'exit status 3'],
    ['hang', 'Sandbox.Timedout', 'Task timed out after 1.50 seconds'],
  ] as const)('breaks off when the function has to %s, and serves the next call', async (deed, errorType, message) => {
    await using impatient = await startTestLambda('execution/as-told.ts', { timeout: SHORT_TIMEOUT });
    const by = clientOf(impatient, impatient.admin);
    const { events } = await stream({ do: deed, text: 'some text' }, {}, by);
    const { error, ...received } = await rest(events);
    expect(received).toEqual({ text: 'some text', completes: 1 });
    expect(error).toEqual({ ErrorCode: errorType, errorType, errorMessage: expect.stringContaining(message) });
    expect((await rest((await stream({ do: 'tell' }, {}, by)).events)).error).toBeUndefined();
  });

  it('fails, as Invoke does, before the function runs', async () => {
    const before = invocations();
    expect(await errorOf(stream({ do: 'tell' }, { FunctionName: 'other' }))).toBeInstanceOf(ResourceNotFoundException);
    const denied = await errorOf(stream({ do: 'tell' }, {}, agent));
    expectDenied(denied, 'arn:aws:sts::111122223333:assumed-role/agent/local', 'lambda:InvokeFunction', ARN);
    const large = await errorOf(stream({ do: 'tell', text: 'x'.repeat(LIMIT) }));
    expect(large).toBeInstanceOf(RequestTooLargeException);
    const as = (InvocationType: string) =>
      client.send(new InvokeWithResponseStreamCommand({ FunctionName: ARN, InvocationType } as never));
    expect((await as('DryRun')).StatusCode).toBe(204);
    expect(await errorOf(as('Event'))).toBeInstanceOf(InvalidParameterValueException);
    expect(invocations()).toBe(before);
  });
});

it('more calls than the concurrency are throttled until one has ended', async () => {
  await using narrow = await startTestLambda('execution/as-told.ts', { concurrency: 1 });
  const by = clientOf(narrow, narrow.admin);
  const { events } = await stream({ do: 'steps', signal: join(signals, 'throttle') }, {}, by);
  expect(await chunk(events)).toBe('one');
  for (const call of [invoke, stream]) {
    const error = await errorOf(call({ do: 'tell' }, {}, by));
    expectError(error, TooManyRequestsException, 429, 'Rate Exceeded.');
    expect(error).toMatchObject({ Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' });
  }
  post('throttle.0');
  post('throttle.1');
  expect((await rest(events)).text).toBe('twothree');
  expect((await invoke({ do: 'tell' }, {}, by)).FunctionError).toBeUndefined();
});

describe('permissions', () => {
  const role = 'arn:aws:iam::111122223333:role/agent';
  const permission = { FunctionName: 'mcp-server', Action: 'lambda:InvokeFunction', Principal: role };
  const add = (StatementId: string, more: object = {}) =>
    client.send(new AddPermissionCommand({ ...permission, StatementId, ...more }));
  const remove = (StatementId: string, more: object = {}) =>
    client.send(new RemovePermissionCommand({ FunctionName: 'mcp-server', StatementId, ...more }));
  const get = async (more: object = {}) => {
    const { Policy, RevisionId } = await client.send(new GetPolicyCommand({ FunctionName: ARN, ...more }));
    return { statements: JSON.parse(Policy ?? '').Statement as { Sid: string }[], RevisionId };
  };

  it('are added, told and removed', async () => {
    const before = await get();
    const { Statement } = await add('sdk');
    const statement = {
      Sid: 'sdk',
      Effect: 'Allow',
      Principal: { AWS: role },
      Action: permission.Action,
      Resource: ARN,
    };
    expect(JSON.parse(Statement ?? '')).toEqual(statement);
    const after = await get();
    expect(after.statements).toEqual([...before.statements, statement]);
    expect(after.RevisionId).not.toBe(before.RevisionId);
    expect((await invoke({ do: 'tell' }, {}, agent)).StatusCode).toBe(200);
    await remove('sdk');
    expect((await get()).statements).toEqual(before.statements);
    expect((await errorOf(invoke({ do: 'tell' }, {}, agent))).name).toBe('AccessDeniedException');
  });

  it('of an alias are for that alias alone', async () => {
    expect(await errorOf(get({ Qualifier: 'prod' }))).toBeInstanceOf(ResourceNotFoundException);
    await add('sdk', { Qualifier: 'prod' });
    expect((await get({ Qualifier: 'prod' })).statements).toMatchObject([{ Sid: 'sdk', Resource: `${ARN}:prod` }]);
    expect((await invoke({ do: 'tell' }, { Qualifier: 'prod' }, agent)).StatusCode).toBe(200);
    for (const naming of [{}, { Qualifier: '$LATEST' }, { Qualifier: 'beta' }, { FunctionName: `${ARN}:beta` }]) {
      expect((await errorOf(invoke({ do: 'tell' }, naming, agent))).name).toBe('AccessDeniedException');
    }
    await remove('sdk', { Qualifier: 'prod' });
    expect((await errorOf(invoke({ do: 'tell' }, { Qualifier: 'prod' }, agent))).name).toBe('AccessDeniedException');
  });

  it('are for what the path and the query name, whatever the body does', async () => {
    const fetch = sigv4Fetch({ credentials: lambda.admin, region: lambda.region });
    const { FunctionName, ...input } = permission;
    const body = JSON.stringify({ ...input, StatementId: 'sdk', Qualifier: 'prod' });
    const url = `${lambda.lambdaEndpoint}/2015-03-31/functions/${FunctionName}/policy`;
    expect((await fetch(url, { method: 'POST', body })).status).toBe(201);
    expect((await get()).statements).toContainEqual(expect.objectContaining({ Sid: 'sdk', Resource: ARN }));
    expect(await errorOf(get({ Qualifier: 'prod' }))).toBeInstanceOf(ResourceNotFoundException);
    await remove('sdk');
  });

  it('change in the revision that is named, or not at all', async () => {
    const { RevisionId: stale } = await get();
    await add('sdk', { RevisionId: stale });
    const conflict = 'The Revision Id provided does not match the latest Revision Id';
    expectError(await errorOf(add('sdk-2', { RevisionId: stale })), PreconditionFailedException, 412, conflict);
    expectError(await errorOf(remove('sdk', { RevisionId: stale })), PreconditionFailedException, 412, conflict);
    await remove('sdk', { RevisionId: (await get()).RevisionId });
  });

  it('are refused where AWS would', async () => {
    expectError(
      ...([await errorOf(add('agent-url')), ResourceConflictException, 409] as const),
      'The statement id (agent-url) provided already exists',
    );
    for (const wrong of [{ Principal: 'arn:aws:iam::111122223333:role/nobody' }, { FunctionUrlAuthType: 'AWS_IAM' }]) {
      expectError(
        await errorOf(add('sdk', wrong)),
        InvalidParameterValueException,
        400,
        /principal|FunctionUrlAuthType/,
      );
    }
    expectError(await errorOf(remove('none')), ResourceNotFoundException, 404, 'Statement none is not found');
    expectError(await errorOf(add('sdk', { FunctionName: 'other' })), ResourceNotFoundException, 404, 'not found');
    expect(await errorOf(add('sdk', { StatementId: 'a b' }))).toMatchObject({ name: 'ValidationException' });
  });

  it('do not exceed 20 KB', async () => {
    await using full = await startTestLambda('execution/as-told.ts');
    const by = clientOf(full, full.admin);
    const fill = async () => {
      for (let count = 0; count < 1000; count += 1) {
        await by.send(new AddPermissionCommand({ ...permission, StatementId: String(count).padStart(100, '0') }));
      }
    };
    expectError(await errorOf(fill()), PolicyLengthExceededException, 400, 'is bigger than the limit (20480)');
  });

  it('to change or read them are asked for one by one', async () => {
    const who = 'arn:aws:sts::111122223333:assumed-role/agent/local';
    const named = { FunctionName: ARN };
    const calls: Record<string, () => Promise<unknown>> = {
      AddPermission: () => agent.send(new AddPermissionCommand({ ...permission, StatementId: 'mine' })),
      RemovePermission: () => agent.send(new RemovePermissionCommand({ ...named, StatementId: 'agent-url' })),
      GetPolicy: () => agent.send(new GetPolicyCommand(named)),
      GetFunction: () => agent.send(new GetFunctionCommand(named)),
      GetFunctionUrlConfig: () => agent.send(new GetFunctionUrlConfigCommand(named)),
    };
    for (const [action, call] of Object.entries(calls)) {
      expectDenied(await errorOf(call()), who, `lambda:${action}`, ARN);
    }
  });
});

describe('the function', () => {
  it('is described', async () => {
    const { Configuration, Concurrency } = await client.send(new GetFunctionCommand({ FunctionName: 'mcp-server' }));
    expect(Configuration).toMatchObject({ FunctionName: 'mcp-server', FunctionArn: ARN, Timeout: 30, MemorySize: 512 });
    expect(Configuration).toMatchObject({ Runtime: 'nodejs24.x', State: 'Active', Version: '$LATEST' });
    expect(Concurrency).toEqual({ ReservedConcurrentExecutions: 10 });
  });

  it('has a URL, and its aliases have none', async () => {
    const url = await client.send(new GetFunctionUrlConfigCommand({ FunctionName: ARN }));
    expect(url).toMatchObject({
      ...{ FunctionUrl: lambda.functionUrl, FunctionArn: ARN },
      ...{ AuthType: 'AWS_IAM', InvokeMode: 'RESPONSE_STREAM' },
    });
    const ofAlias = new GetFunctionUrlConfigCommand({ FunctionName: ARN, Qualifier: 'prod' });
    expect(await errorOf(client.send(ofAlias))).toBeInstanceOf(ResourceNotFoundException);
  });

  it('is all that there is: another operation is refused by name', async () => {
    const error = await errorOf(client.send(new ListFunctionsCommand({})));
    expect(error.name).toBe('UnknownOperationException');
    expect(error.message).toContain('GET /2015-03-31/functions');
  });
});

it('credentials that nobody has are refused as AWS refuses them', async () => {
  const wrong = clientOf(lambda, { ...lambda.admin, secretAccessKey: 'wrong' });
  expect(await errorOf(invoke({ do: 'tell' }, {}, wrong))).toMatchObject({
    name: 'InvalidSignatureException',
    message: expect.stringContaining('The request signature we calculated does not match'),
    $metadata: { httpStatusCode: 403 },
  });
});

describe('an event that was written by its sender', () => {
  let server: TestLambda;
  beforeAll(async () => {
    server = await startTestLambda('servers/v2.ts');
  });
  afterAll(() => server?.close());

  const message = (method: string, params: object) => JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const whoami = message('tools/call', { name: 'whoami', arguments: {} });

  /** As a function URL would have made it for the admin. */
  function forge(body: string, requestId: string | undefined): string {
    const userArn = 'arn:aws:sts::111122223333:assumed-role/admin/local';
    return JSON.stringify({
      ...{ version: '2.0', routeKey: '$default', rawPath: '/', rawQueryString: '', headers },
      requestContext: {
        ...{ accountId: '111122223333', apiId: 'x', authentication: null, domainName: 'x.lambda-url.us-east-1.on.aws' },
        authorizer: {
          iam: {
            ...{ accessKey: server.admin.accessKeyId, accountId: '111122223333', userArn },
            ...{ callerId: 'AROA:local', userId: 'AROA:local', cognitoIdentity: null, principalOrgId: null },
          },
        },
        http: { method: 'POST', path: '/', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
        requestId,
        ...{ routeKey: '$default', stage: '$default', time: '12/Mar/2020:19:03:58 +0000', timeEpoch: 1583348638390 },
      },
      ...{ body, isBase64Encoded: false },
    });
  }

  /** The JSON-RPC result, and the id that Lambda gave to the invocation. */
  async function send(way: 'Invoke' | 'InvokeWithResponseStream', Payload: string, chosenHeaders = {}) {
    const by = clientOf(server, server.admin);
    by.middlewareStack.add(
      (next) => (args) => {
        Object.assign((args.request as { headers: object }).headers, chosenHeaders);
        return next(args);
      },
      { step: 'build' },
    );
    const naming = { FunctionName: 'mcp-server', Payload };
    if (way === 'Invoke') {
      const { Payload: payload, $metadata } = await by.send(new InvokeCommand(naming));
      const text = Buffer.from(payload ?? '').toString();
      return { text, result: resultIn(text), requestId: $metadata.requestId };
    }
    const { EventStream, $metadata } = await by.send(new InvokeWithResponseStreamCommand(naming));
    const { text } = await rest(EventStream?.[Symbol.asyncIterator]() as never);
    return { text, result: resultIn(text), requestId: $metadata.requestId };
  }
  const resultIn = (text: string) =>
    JSON.parse(/(?:data: |^|\0)(\{"(?:result|jsonrpc).*)$/m.exec(text)?.[1] ?? '').result;

  const chosen = '11111111-2222-4333-8444-555555555555';
  const ids: [what: string, requestId: string, headers?: object][] = [
    ['of no invocation', chosen],
    ['that is empty', ''],
    [
      'that the sender also put in every header that could name the invocation',
      chosen,
      {
        'x-amzn-requestid': chosen,
        'x-amzn-request-id': chosen,
        'x-amz-request-id': chosen,
        'lambda-runtime-aws-request-id': chosen,
        'amz-sdk-invocation-id': chosen,
        'x-amzn-trace-id': `Root=${chosen}`,
      },
    ],
  ];

  describe.each(['Invoke', 'InvokeWithResponseStream'] as const)('and sent by %s', (way) => {
    it.each(ids)('is of an unknown caller, with a request id %s', async (_what, requestId, chosenHeaders) => {
      const { result } = await send(way, forge(whoami, requestId), chosenHeaders);
      expect(result.content).toEqual([{ type: 'text', text: 'unknown' }]);
    });

    it('is of an unknown caller, with the request id of the call before', async () => {
      const { requestId } = await send(way, forge(whoami, chosen));
      expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
      const { result } = await send(way, forge(whoami, requestId));
      expect(result.content).toEqual([{ type: 'text', text: 'unknown' }]);
    });

    it('names nobody, without a request id', async () => {
      const { text } = await send(way, forge(whoami, undefined));
      expect(text).toContain('"statusCode":400');
      expect(text).not.toContain('assumed-role');
    });

    it('opens no tool that is for that caller alone', async () => {
      const { result } = await send(way, forge(message('tools/list', {}), chosen));
      const tools = result.tools.map(({ name }: { name: string }) => name);
      expect(tools).toContain('whoami');
      expect(tools).not.toContain('admin-only');
    });
  });

  it('is not what the function URL makes: that names the caller, and opens its tools', async () => {
    const fetch = sigv4Fetch({ credentials: server.admin, region: server.region });
    const post = async (body: string) =>
      resultIn(await (await fetch(server.functionUrl, { method: 'POST', headers, body })).text());
    expect(JSON.parse((await post(whoami)).content[0].text)).toMatchObject({
      arn: 'arn:aws:sts::111122223333:assumed-role/admin/local',
    });
    const tools = (await post(message('tools/list', {}))).tools.map(({ name }: { name: string }) => name);
    expect(tools).toContain('admin-only');
  });
});
