import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dev, startDev } from '../support/dev.ts';
import { allOfLambda, startTestLambda } from '../support/lambda.ts';
import { meddle, type Passing, withHeader } from '../support/meddle.ts';
import {
  type Answer,
  awsLambda,
  type Botocore,
  type Call,
  type Credentials,
  curl,
  startBotocore,
  works,
} from '../support/programs.ts';

const [hasCurl, hasBotocore, hasAws] = await Promise.all([
  works('curl', ['--aws-sigv4', 'aws:amz', '--version']),
  works('python3', ['-c', 'import botocore']),
  works('aws', ['--version']),
]);
const unless = (there: boolean, program: string) => (there ? '' : ` (skipped: ${program} is not installed)`);

const FORBIDDEN =
  'Forbidden. For troubleshooting Function URL authorization issues, see: ' +
  'https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. ' +
  'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
const UNKNOWN_TOKEN = 'The security token included in the request is invalid.';

const MCP_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2025-11-25',
};
const greet = JSON.stringify({
  jsonrpc: '2.0',
  id: 7,
  method: 'tools/call',
  params: { name: 'greet', arguments: { name: 'Zoë "quoted" \\' } },
});
const greeted = { jsonrpc: '2.0', id: 7, result: { content: [{ type: 'text', text: 'Hello, Zoë "quoted" \\!' }] } };

for (const [there, program] of [
  [hasCurl, 'curl'],
  [hasBotocore, 'botocore'],
  [hasAws, 'the AWS CLI'],
]) {
  if (!there) console.warn(`${program} is not installed: the tests that need it are skipped.`);
}

let dev: Dev;
beforeAll(async () => {
  dev = await startDev();
});
afterAll(() => dev?.close());

/** A call that is served, unless something is changed in it. */
const rightCall = (): Call => ({
  url: `${dev.functionUrl}mcp?a=1&b=2`,
  as: dev.principal('agent'),
  headers: MCP_HEADERS,
  body: greet,
});

/** The JSON-RPC messages of an answer: of an event stream, or the one of a JSON body. */
function messagesOf({ headers, body }: Answer): unknown[] {
  if (headers['content-type'] === 'application/json') return [JSON.parse(body)];
  expect(headers['content-type']).toBe('text/event-stream');
  return Array.from(body.matchAll(/^data: (.*)$/gm), ([, data = '']) => JSON.parse(data));
}

function expectServed(answer: Answer): void {
  expect(answer.status, answer.body).toBe(200);
  expect(messagesOf(answer)).toEqual([greeted]);
}

/** As AWS answers a signature that does not hold. */
function expectUnproven(answer: Answer, errorType: string, message: unknown): void {
  expect(JSON.parse(answer.body)).toEqual({ message });
  expect(answer).toMatchObject({
    status: 403,
    headers: { 'x-amzn-errortype': errorType, 'content-type': 'application/json' },
  });
}

/** As AWS answers a caller that lacks a permission. */
function expectForbidden(answer: Answer): void {
  expect(JSON.parse(answer.body)).toEqual({ Message: FORBIDDEN });
  expect(answer).toMatchObject({
    status: 403,
    headers: { 'x-amzn-errortype': 'AccessDeniedException', 'content-type': 'application/json' },
  });
}

/** Those of the four principals that the function URL serves. */
async function servedBy(send: (call: Call) => Promise<Answer>): Promise<string[]> {
  const names: string[] = [];
  for (const principal of dev.principals) {
    const answer = await send({ ...rightCall(), as: principal });
    if (answer.status === 403) expectForbidden(answer);
    else {
      expectServed(answer);
      names.push(principal.name);
    }
  }
  return names;
}

/** Those that it serves to begin with. */
const baseline = ['agent', 'admin'];

/** How often the function was called. */
function invocations(): number {
  return readFileSync(dev.logFile, 'utf8').match(/^START RequestId/gm)?.length ?? 0;
}

/** One character of a signature, or of any other text, changed. */
const flip = (text: string) => text.replace(/.$/, (last) => (last === '0' ? '1' : '0'));

const IN_TRANSIT: [what: string, change: (passing: Passing) => Passing, errorType?: string, message?: string][] = [
  ['body', (passing) => ({ ...passing, body: passing.body.replace('greet', 'whoam') })],
  ['body, to none', (passing) => ({ ...passing, body: '' })],
  ['path', (passing) => ({ ...passing, target: passing.target.replace('/mcp', '/admin') })],
  ['query, in a value', (passing) => ({ ...passing, target: passing.target.replace('a=1', 'a=2') })],
  ['query, by one more', (passing) => ({ ...passing, target: `${passing.target}&c=3` })],
  ['query, by one less', (passing) => ({ ...passing, target: passing.target.replace('&b=2', '') })],
  ['method', (passing) => ({ ...passing, method: 'PUT' })],
  ['content type', (passing) => withHeader(passing, 'content-type', () => 'text/plain')],
  ['MCP header', (passing) => withHeader(passing, 'mcp-protocol-version', () => '2025-06-18')],
  ['host', (passing) => withHeader(passing, 'host', () => 'id.lambda-url.us-east-1.on.aws')],
  ['signature', (passing) => withHeader(passing, 'authorization', flip)],
  [
    'list of signed headers',
    (passing) => withHeader(passing, 'authorization', (value) => value.replace(';mcp-protocol-version', '')),
  ],
  [
    'time, by a second',
    (passing) =>
      withHeader(passing, 'x-amz-date', (value) => value.replace(/\dZ$/, (end) => (end === '0Z' ? '1Z' : '0Z'))),
  ],
  [
    'day',
    (passing) => withHeader(passing, 'authorization', (value) => value.replace(/\/\d{8}\//, '/20200101/')),
    'InvalidSignatureException',
    'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP',
  ],
  [
    'token, taken out',
    (passing) => withHeader(passing, 'x-amz-security-token', () => undefined),
    'IncompleteSignatureException',
    "'x-amz-security-token' is named as a SignedHeader, but it does not exist in the HTTP request.",
  ],
  [
    'token',
    (passing) => withHeader(passing, 'x-amz-security-token', flip),
    'UnrecognizedClientException',
    UNKNOWN_TOKEN,
  ],
  [
    'amz headers, by one more',
    (passing) => ({ ...passing, headers: [...passing.headers, 'x-amz-meta', 'x'] }),
    'InvalidSignatureException',
    "'x-amz-meta' must be a 'SignedHeader' in the AWS Authorization.",
  ],
];

const MISSIGNED: [what: string, change: (call: Call) => Partial<Call>, errorType: string, message: string][] = [
  [
    'another region',
    () => ({ region: 'us-west-2' }),
    'InvalidSignatureException',
    'Credential should be scoped to a valid region. ',
  ],
  [
    'another service',
    () => ({ service: 'execute-api' }),
    'InvalidSignatureException',
    "Credential should be scoped to correct service: 'lambda'. ",
  ],
  ['the wrong secret', () => ({ as: agentBut({ secretAccessKey: 'wrong' }) }), 'InvalidSignatureException', MISMATCH],
  [
    'a key that nobody has',
    () => ({ as: agentBut({ accessKeyId: 'ASIAIOSFODNN7EXAMPLE' }) }),
    'UnrecognizedClientException',
    UNKNOWN_TOKEN,
  ],
  [
    'the key of another',
    () => ({ as: agentBut({ accessKeyId: dev.principal('admin').accessKeyId }) }),
    'UnrecognizedClientException',
    UNKNOWN_TOKEN,
  ],
  ['no token', () => ({ as: withoutToken(dev.principal('agent')) }), 'UnrecognizedClientException', UNKNOWN_TOKEN],
  [
    'the token of another',
    () => ({ as: agentBut({ sessionToken: dev.principal('admin').sessionToken ?? '' }) }),
    'UnrecognizedClientException',
    UNKNOWN_TOKEN,
  ],
];

function agentBut(changes: Partial<Credentials>): Credentials {
  return { ...dev.principal('agent'), ...changes };
}

function withoutToken({ accessKeyId, secretAccessKey }: Credentials): Credentials {
  return { accessKeyId, secretAccessKey };
}

describe.each([
  ['curl --aws-sigv4', hasCurl, 'curl'],
  ['botocore', hasBotocore, 'botocore'],
] as const)('the function URL, called by %s', (name, there, program) => {
  describe.skipIf(!there)(`${name}${unless(there, program)}`, () => {
    let botocore: Botocore | undefined;
    beforeAll(() => {
      if (program === 'botocore') botocore = startBotocore();
    });
    afterAll(() => botocore?.close());
    const send = (call: Call) => (botocore ? botocore.call(call) : curl(call));

    it('serves the agent and the admin, and neither of the others', async () => {
      expectServed(await send(rightCall()));
      expectServed(await send({ ...rightCall(), as: dev.principal('admin') }));
      const before = invocations();
      expectForbidden(await send({ ...rightCall(), as: dev.principal('url-only') }));
      expectForbidden(await send({ ...rightCall(), as: dev.principal('stranger') }));
      expect(invocations()).toBe(before);
    });

    it('tells an unsigned call no more than one without permission', async () => {
      const { as: _, ...unsigned } = rightCall();
      const before = invocations();
      expectForbidden(await send(unsigned));
      expect(invocations()).toBe(before);
    });

    it('serves a call that was passed on as it is, with a header more that nobody signs', async () => {
      const { url, ...call } = rightCall();
      const addHeader = (passing: Passing) => ({ ...passing, headers: [...passing.headers, 'x-forwarded-for', '::1'] });
      expectServed(await meddle(url, addHeader, (between) => send({ ...call, url: between })));
    });

    it.each(IN_TRANSIT)('refuses a call whose %s was changed on its way', async (_what, change, errorType, message) => {
      const { url, ...call } = rightCall();
      const before = invocations();
      const answer = await meddle(url, change, (between) => send({ ...call, url: between }));
      expectUnproven(
        answer,
        errorType ?? 'InvalidSignatureException',
        message === undefined ? MISMATCH : expect.stringContaining(message),
      );
      expect(invocations()).toBe(before);
    });

    it.each(MISSIGNED)('refuses a call signed for or with %s', async (_what, change, errorType, message) => {
      const before = invocations();
      const call = rightCall();
      expectUnproven(await send({ ...call, ...change(call) }), errorType, message);
      expect(invocations()).toBe(before);
    });
  });
});

describe.skipIf(!hasBotocore)(`a clock that is wrong${unless(hasBotocore, 'botocore')}`, () => {
  let botocore: Botocore;
  beforeAll(() => {
    botocore = startBotocore();
  });
  afterAll(() => botocore?.close());
  const MINUTE = 60;

  it('by less than five minutes does not matter', async () => {
    expectServed(await botocore.call(rightCall(), -4.5 * MINUTE));
    expectServed(await botocore.call(rightCall(), 4.5 * MINUTE));
  });

  it('by more, makes the signature old or too new', async () => {
    const before = invocations();
    const late = await botocore.call(rightCall(), -5.5 * MINUTE);
    const expired =
      /^Signature expired: (\d{8}T\d{6}Z) is now earlier than (\d{8}T\d{6}Z) \((\d{8}T\d{6}Z) - 5 min\.\)$/;
    expectUnproven(late, 'InvalidSignatureException', expect.stringMatching(expired));
    const early = await botocore.call(rightCall(), 5.5 * MINUTE);
    const premature =
      /^Signature not yet current: (\d{8}T\d{6}Z) is still later than (\d{8}T\d{6}Z) \((\d{8}T\d{6}Z) \+ 5 min\.\)$/;
    expectUnproven(early, 'InvalidSignatureException', expect.stringMatching(premature));
    expect(invocations()).toBe(before);
  });
});

describe.skipIf(!hasCurl)(`MCP as bare JSON-RPC by curl${unless(hasCurl, 'curl')}`, () => {
  const post = (message: object, headers: Record<string, string>) =>
    curl({
      url: dev.functionUrl,
      as: dev.principal('agent'),
      headers: { ...MCP_HEADERS, ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    });

  describe('protocol 2025-11-25', () => {
    const headers = { 'mcp-protocol-version': '2025-11-25' };

    it('initialize agrees on the revision', async () => {
      const params = {
        ...{ protocolVersion: '2025-11-25', capabilities: {} },
        clientInfo: { name: 'curl', version: '7.88' },
      };
      const answer = await post({ id: 0, method: 'initialize', params }, headers);
      expect(answer.status).toBe(200);
      expect(answer.headers).not.toHaveProperty('mcp-session-id');
      expect(messagesOf(answer)).toMatchObject([
        {
          ...{ jsonrpc: '2.0', id: 0 },
          result: {
            protocolVersion: '2025-11-25',
            capabilities: { tools: {} },
            serverInfo: { name: 'quickstart', version: '1.0.0' },
          },
        },
      ]);
    });

    it('a notification is taken without an answer', async () => {
      const answer = await post({ method: 'notifications/initialized' }, headers);
      expect(answer.status).toBe(202);
      expect(answer.body.trim()).toBe('');
    });

    it('tools/list lists them', async () => {
      const [message] = messagesOf(await post({ id: 'list', method: 'tools/list' }, headers));
      expect(message).toMatchObject({
        id: 'list',
        result: { tools: [{ name: 'greet' }, { name: 'multi-greet' }, {}] },
      });
    });

    it('tools/call reports progress before its result', async () => {
      const params = {
        ...{ name: 'multi-greet', arguments: { name: 'Ada', count: 2, delayMs: 0 } },
        _meta: { progressToken: 'p' },
      };
      const answer = await post({ id: 2, method: 'tools/call', params }, headers);
      const progress = { progressToken: 'p', total: 2 };
      const greetings = ['Hello number 1, Ada!', 'Hello number 2, Ada!'];
      expect(messagesOf(answer)).toEqual([
        ...greetings.map((message, index) => ({
          ...{ jsonrpc: '2.0', method: 'notifications/progress' },
          params: { ...progress, progress: index + 1, message },
        })),
        { jsonrpc: '2.0', id: 2, result: { content: greetings.map((text) => ({ type: 'text', text })) } },
      ]);
    });

    it('a tool knows its caller', async () => {
      const [message] = messagesOf(await post({ id: 3, method: 'tools/call', params: { name: 'whoami' } }, headers));
      const text = 'You are arn:aws:sts::111122223333:assumed-role/agent/local.';
      expect(message).toMatchObject({ id: 3, result: { content: [{ text }] } });
    });

    it('GET and DELETE are not allowed, and batches are not taken', async () => {
      const call = { url: dev.functionUrl, as: dev.principal('agent'), headers: MCP_HEADERS };
      for (const method of ['GET', 'DELETE']) {
        expect(await curl({ ...call, method })).toMatchObject({ status: 405, headers: { allow: 'POST' } });
      }
      const batch = await curl({ ...call, body: `[${greet}]` });
      expect(batch.status).toBe(400);
      expect(JSON.parse(batch.body)).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32600 } });
    });
  });

  describe('protocol 2026-07-28', () => {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const headersFor = (method: string, name?: string) => ({
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(name !== undefined && { 'mcp-name': name }),
    });

    it('server/discover says what it speaks', async () => {
      const message = { id: 1, method: 'server/discover', params: { _meta } };
      const answer = await post(message, headersFor('server/discover'));
      expect(answer.status).toBe(200);
      expect(messagesOf(answer)).toMatchObject([
        {
          ...{ jsonrpc: '2.0', id: 1 },
          result: {
            resultType: 'complete',
            supportedVersions: expect.arrayContaining(['2026-07-28']),
            capabilities: { tools: {} },
            ttlMs: expect.any(Number),
            cacheScope: 'private',
          },
        },
      ]);
    });

    it('tools/list lists them', async () => {
      const message = { id: 2, method: 'tools/list', params: { _meta } };
      const answer = await post(message, headersFor('tools/list'));
      expect(messagesOf(answer)).toMatchObject([
        {
          ...{ jsonrpc: '2.0', id: 2 },
          result: { resultType: 'complete', tools: [{ name: 'greet' }, { name: 'multi-greet' }, { name: 'whoami' }] },
        },
      ]);
    });

    it('tools/call calls one, by the caller that signed', async () => {
      const message = { id: 3, method: 'tools/call', params: { _meta, name: 'whoami' } };
      const answer = await post(message, headersFor('tools/call', 'whoami'));
      const text = 'You are arn:aws:sts::111122223333:assumed-role/agent/local.';
      expect(messagesOf(answer)).toMatchObject([
        { id: 3, result: { resultType: 'complete', content: [{ type: 'text', text }] } },
      ]);
    });

    it.each([
      ['without Mcp-Method', { _meta }, { 'mcp-protocol-version': '2026-07-28' }, -32020],
      ['with the Mcp-Name of another tool', { _meta, name: 'whoami' }, headersFor('tools/call', 'greet'), -32020],
      ['without the _meta that each request needs', { name: 'whoami' }, headersFor('tools/call', 'whoami'), -32602],
    ])('tools/call %s is refused', async (_what, params, headers, code) => {
      const answer = await post({ id: 4, method: 'tools/call', params: { name: 'whoami', ...params } }, headers);
      expect(answer.status).toBe(400);
      expect(messagesOf(answer)).toMatchObject([{ jsonrpc: '2.0', id: 4, error: { code } }]);
    });
  });
});

describe.skipIf(!hasBotocore)(`permissions given and taken by botocore${unless(hasBotocore, 'botocore')}`, () => {
  let botocore: Botocore;
  beforeAll(() => {
    botocore = startBotocore();
  });
  afterAll(() => botocore?.close());
  const served = () => servedBy((call) => botocore.call(call));
  const order = async (operation: string, statement: object) => {
    const to = { endpoint: dev.lambdaEndpoint, as: dev.principal('admin') };
    expect(await botocore.order(operation, { FunctionName: dev.functionArn, ...statement }, to)).toEqual({});
  };
  const remove = (id: string) => order('remove_permission', { StatementId: id });
  const addUrl = (id: string, who: object) => {
    const action = { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'AWS_IAM' };
    return order('add_permission', { StatementId: id, ...action, ...who });
  };
  const addInvoke = (id: string, who: object) => {
    const action = { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true };
    return order('add_permission', { StatementId: id, ...action, ...who });
  };

  it('shut the agent out when either of its statements is removed', async () => {
    const agent = { Principal: dev.principal('agent').arn };
    await remove('agent-invoke');
    expect(await served()).toEqual(['admin']);
    await addInvoke('agent-invoke', agent);
    expect(await served()).toEqual(baseline);
    await remove('agent-url');
    expect(await served()).toEqual(['admin']);
    await addUrl('agent-url', agent);
    expect(await served()).toEqual(baseline);
  });

  const stranger = 'arn:aws:sts::444455556666:assumed-role/stranger';
  it.each<[who: string, principal: object, expected: string[]]>([
    ['a role', { Principal: 'arn:aws:iam::444455556666:role/stranger' }, ['agent', 'stranger', 'admin']],
    ['a session', { Principal: `${stranger}/local` }, ['agent', 'stranger', 'admin']],
    ['another session of the same role', { Principal: `${stranger}/other` }, baseline],
    ['an account which itself allows its role', { Principal: '444455556666' }, ['agent', 'stranger', 'admin']],
    ['the own account, which leaves it to identity policies', { Principal: '111122223333' }, baseline],
    ['everyone', { Principal: '*' }, ['agent', 'url-only', 'stranger', 'admin']],
    ['an organisation of none of them', { Principal: '*', PrincipalOrgID: 'o-abcdefghij' }, baseline],
  ])('let in who is meant by %s, by both statements only', async (_who, principal, expected) => {
    await addUrl('test-url', principal);
    expect(await served()).toEqual(baseline);
    await addInvoke('test-invoke', principal);
    expect(await served()).toEqual(expected);
    await remove('test-url');
    // url-only has the other statement of its own.
    expect(await served()).toEqual(expected.filter((name) => name !== 'stranger'));
    await remove('test-invoke');
    expect(await served()).toEqual(baseline);
  });
});

describe.skipIf(!hasAws || !hasCurl)(
  `permissions given and taken by the AWS CLI${unless(hasAws, 'the AWS CLI')}${unless(hasCurl, 'curl')}`,
  () => {
    const served = () => servedBy(curl);
    const asAdmin = () => ({ endpoint: dev.lambdaEndpoint, as: dev.principal('admin') });
    const add = async (id: string, options: string[]) => {
      const name = ['--function-name', dev.functionName, '--statement-id', id];
      const { output, error } = await awsLambda(['add-permission', ...name, ...options], asAdmin());
      expect(error).toBeUndefined();
      return JSON.parse(JSON.parse(output).Statement);
    };
    const addUrl = (id: string, principal: string) => {
      const action = ['--action', 'lambda:InvokeFunctionUrl', '--function-url-auth-type', 'AWS_IAM'];
      return add(id, ['--principal', principal, ...action]);
    };
    const addInvoke = (id: string, principal: string) => {
      const action = ['--action', 'lambda:InvokeFunction', '--invoked-via-function-url'];
      return add(id, ['--principal', principal, ...action]);
    };
    const remove = async (id: string) => {
      const name = ['--function-name', dev.functionName, '--statement-id', id];
      expect(await awsLambda(['remove-permission', ...name], asAdmin())).toEqual({ output: '' });
    };

    it('let url-only in by its second statement, until it is removed', async () => {
      expect(await served()).toEqual(baseline);
      expect(dev.told()).toContain(
        'refused: arn:aws:sts::111122223333:assumed-role/url-only/local may not lambda:InvokeFunction',
      );
      expect(await addInvoke('url-only-invoke', dev.principal('url-only').arn)).toEqual({
        Sid: 'url-only-invoke',
        Effect: 'Allow',
        Principal: { AWS: dev.principal('url-only').arn },
        Action: 'lambda:InvokeFunction',
        Resource: dev.functionArn,
        Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
      });
      expect(await served()).toEqual(['agent', 'url-only', 'admin']);
      await remove('url-only-invoke');
      expect(await served()).toEqual(baseline);
    });

    it('let the stranger in by both statements only', async () => {
      const { arn } = dev.principal('stranger');
      await addUrl('stranger-url', arn);
      expect(await served()).toEqual(baseline);
      await addInvoke('stranger-invoke', arn);
      expect(await served()).toEqual(['agent', 'stranger', 'admin']);
      await remove('stranger-url');
      expect(await served()).toEqual(baseline);
      await remove('stranger-invoke');
      expect(await served()).toEqual(baseline);
    });

    it('let in an organisation, and nobody outside it', async () => {
      const organizationId = 'o-abcdefghij';
      const policies = [allOfLambda];
      await using lambda = await startTestLambda('servers/v2.ts', {
        principals: [
          { name: 'member', accountId: '444455556666', organizationId, policies },
          { name: 'outsider', accountId: '777788889999', organizationId: 'o-zyxwvutsrq', policies },
          { name: 'single', accountId: '777788889999', policies },
        ],
      });
      const [, , ...others] = lambda.principals;
      const statuses = () =>
        Promise.all(
          others.map(async (as) => {
            const ping = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
            const { status } = await curl({ url: lambda.functionUrl, as, headers: MCP_HEADERS, body: ping });
            return status;
          }),
        );
      expect(await statuses()).toEqual([403, 403, 403]);
      const everyone = ['--principal', '*', '--principal-org-id', organizationId];
      const name = ['--function-name', lambda.functionArn];
      const url = ['--action', 'lambda:InvokeFunctionUrl', '--function-url-auth-type', 'AWS_IAM'];
      const invoke = ['--action', 'lambda:InvokeFunction', '--invoked-via-function-url'];
      for (const [id, action] of [
        ['org-url', url],
        ['org-invoke', invoke],
      ] as const) {
        expect(await statuses()).toEqual([403, 403, 403]);
        const { error } = await awsLambda(['add-permission', ...name, '--statement-id', id, ...action, ...everyone], {
          endpoint: lambda.lambdaEndpoint,
          as: lambda.admin,
        });
        expect(error).toBeUndefined();
      }
      expect(await statuses()).toEqual([200, 403, 403]);
    });

    it('for the function URL do not reach the Invoke API, and those without the condition do', async () => {
      const dryRun = () =>
        awsLambda(['invoke', '--function-name', dev.functionName, '--invocation-type', 'DryRun', '/dev/null'], {
          endpoint: dev.lambdaEndpoint,
          as: dev.principal('agent'),
        });
      const { error } = await dryRun();
      expect(error).toMatchObject({ type: 'AccessDeniedException', operation: 'Invoke' });
      expect(error?.message).toMatch(
        /^User: arn:aws:sts::111122223333:assumed-role\/agent\/local is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:111122223333:function:mcp-server because no /,
      );
      const options = ['--principal', dev.principal('agent').arn, '--action', 'lambda:InvokeFunction'];
      expect(await add('agent-api', options)).not.toHaveProperty('Condition');
      expect(JSON.parse((await dryRun()).output)).toEqual({ StatusCode: 204 });
      await remove('agent-api');
      expect((await dryRun()).error?.type).toBe('AccessDeniedException');
    });

    it('are given by nobody but who may', async () => {
      for (const name of ['agent', 'stranger']) {
        const { error } = await awsLambda(
          [
            ...['add-permission', '--function-name', dev.functionName, '--statement-id', 'mine'],
            ...['--principal', '*', '--action', 'lambda:InvokeFunction'],
          ],
          { endpoint: dev.lambdaEndpoint, as: dev.principal(name) },
        );
        expect(error).toMatchObject({ type: 'AccessDeniedException', operation: 'AddPermission' });
      }
      expect(await served()).toEqual(baseline);
    });
  },
);

describe.skipIf(!hasAws)(`the Lambda API, driven by the AWS CLI${unless(hasAws, 'the AWS CLI')}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'independent-callers-'));
  const name = () => ['--function-name', dev.functionName];
  const aws = (args: string[], as: Credentials = dev.principal('admin'), endpoint = dev.lambdaEndpoint) =>
    awsLambda(args, { endpoint, as });
  async function succeed(args: string[]): Promise<Record<string, unknown>> {
    const { output, error } = await aws(args);
    expect(error).toBeUndefined();
    return JSON.parse(output);
  }
  const policy = async () => JSON.parse((await succeed(['get-policy', ...name()])).Policy as string);

  it('tells the policy, the function and its URL', async () => {
    const [statements, fn, url] = await Promise.all([
      policy(),
      succeed(['get-function', ...name()]),
      succeed(['get-function-url-config', ...name()]),
    ]);
    expect(statements.Statement.map(({ Sid }: { Sid: string }) => Sid).sort()).toEqual([
      ...['agent-invoke', 'agent-url', 'url-only-url'],
    ]);
    expect(fn).toMatchObject({
      Configuration: { FunctionName: dev.functionName, FunctionArn: dev.functionArn, Timeout: 30, State: 'Active' },
    });
    expect(url).toMatchObject({
      FunctionUrl: dev.functionUrl,
      FunctionArn: dev.functionArn,
      AuthType: 'AWS_IAM',
      InvokeMode: 'RESPONSE_STREAM',
    });
  });

  it('invokes the function, which does not learn who called', async () => {
    const event = {
      ...{ version: '2.0', routeKey: '$default', rawPath: '/', rawQueryString: '', headers: MCP_HEADERS },
      requestContext: { http: { method: 'POST', path: '/' }, requestId: 'forged', domainName: 'localhost' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 9, method: 'tools/call', params: { name: 'whoami' } }),
      isBase64Encoded: false,
    };
    const [eventFile, answerFile] = [join(folder, 'event.json'), join(folder, 'answer.bin')];
    writeFileSync(eventFile, JSON.stringify(event));
    const answer = await succeed(['invoke', ...name(), '--payload', `fileb://${eventFile}`, answerFile]);
    expect(answer).toEqual({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    const [prelude = '', body = ''] = readFileSync(answerFile, 'utf8').split('\0'.repeat(8));
    expect(JSON.parse(prelude)).toMatchObject({ statusCode: 200, headers: { 'content-type': 'text/event-stream' } });
    expect(body).toContain('AWS does not tell this server who you are.');
  });

  it('knows no other function, and no policy that is not there', async () => {
    const invoke = await aws(['invoke', '--function-name', 'other', join(folder, 'none')]);
    expect(invoke.error).toMatchObject({ type: 'ResourceNotFoundException', operation: 'Invoke' });
    const remove = await aws(['remove-permission', ...name(), '--statement-id', 'none']);
    expect(remove.error).toMatchObject({ type: 'ResourceNotFoundException', operation: 'RemovePermission' });
  });

  it.concurrent.each<[what: string, changes: () => Partial<Credentials> | undefined, options: string[], type: string]>([
    ['the wrong secret', () => ({ secretAccessKey: 'wrong' }), [], 'InvalidSignatureException'],
    ['a key that nobody has', () => ({ accessKeyId: 'ASIAIOSFODNN7EXAMPLE' }), [], 'UnrecognizedClientException'],
    ['the wrong token', () => ({ sessionToken: 'wrong' }), [], 'UnrecognizedClientException'],
    ['no token', () => undefined, [], 'UnrecognizedClientException'],
    ['another region', () => ({}), ['--region', 'eu-west-1'], 'InvalidSignatureException'],
    ['no signature at all', () => ({}), ['--no-sign-request'], 'MissingAuthenticationTokenException'],
  ])('refuses %s', async (_what, changes, options, type) => {
    const admin = dev.principal('admin');
    const changed = changes();
    const as = changed ? { ...admin, ...changed } : withoutToken(admin);
    const { error } = await aws(['get-policy', ...name(), ...options], as);
    expect(error).toMatchObject({ type, operation: 'GetPolicy' });
  });

  it('takes no order that was changed on its way', async () => {
    const { arn } = dev.principal('agent');
    const id = ['--statement-id', 'mine'];
    const add = ['add-permission', ...id, '--action', 'lambda:InvokeFunction', '--principal', arn];
    const orders: Record<string, [args: string[], change: (passing: Passing) => Passing]> = {
      nothing: [['get-policy'], (passing) => passing],
      body: [add, (passing) => ({ ...passing, body: passing.body.replace(arn, '*') })],
      path: [
        ['remove-permission', ...id],
        (passing) => ({ ...passing, target: passing.target.replace('mine', 'agent-url') }),
      ],
      query: [add, (passing) => ({ ...passing, target: `${passing.target}?Qualifier=prod` })],
      token: [add, (passing) => withHeader(passing, 'x-amz-security-token', flip)],
      signature: [add, (passing) => withHeader(passing, 'authorization', flip)],
    };
    const before = await policy();
    const errors = Object.entries(orders).map(async ([what, [args, change]]) => {
      const { error } = await meddle(dev.lambdaEndpoint, change, (between) =>
        aws([...args, ...name()], dev.principal('admin'), between),
      );
      return [what, error?.type];
    });
    expect(Object.fromEntries(await Promise.all(errors))).toEqual({
      nothing: undefined,
      body: 'InvalidSignatureException',
      path: 'InvalidSignatureException',
      query: 'InvalidSignatureException',
      token: 'UnrecognizedClientException',
      signature: 'InvalidSignatureException',
    });
    expect(await policy()).toEqual(before);
  });
});

it('dev says no secret on stderr', () => {
  for (const { secretAccessKey, sessionToken = secretAccessKey } of dev.principals) {
    expect(dev.told()).not.toContain(secretAccessKey);
    expect(dev.told()).not.toContain(sessionToken);
  }
  expect(dev.told()).not.toMatch(/Signature=[0-9a-f]/);
});
