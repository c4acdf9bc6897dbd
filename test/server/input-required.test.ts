import { Client } from '@modelcontextprotocol/client';
import { invokeFetch, sigv4Fetch } from 'lambda-mcp/fetch';
import { LambdaInvokeClientTransport, SigV4ClientTransport } from 'lambda-mcp/transport';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WAYS, type Way } from '../support/clients.ts';
import { startTestLambda, type TestLambda, urlPermissions } from '../support/lambda.ts';

const REVISION = '2026-07-28';
const ORDER = { amount: 2, to: { city: 'Turin', street: 'Via Po' } };
const CONFIRMED = { confirm: { action: 'accept', content: { ok: true } } };

let lambda: TestLambda;
/** How each caller reaches the function. */
let agent: typeof fetch;
let other: typeof fetch;
let invoker: typeof fetch;

beforeAll(async () => {
  lambda = await startTestLambda('servers/input-required.ts', {
    environment: { REQUEST_STATE_KEY: 'a key of the tests, at least 32 bytes long' },
    principals: [{ name: 'other' }],
    permissions: urlPermissions('other'),
  });
  const { region, lambdaEndpoint: endpoint, principals } = lambda;
  agent = sigv4Fetch({ credentials: lambda.agent, region });
  const second = principals.find(({ name }) => name === 'other');
  if (!second) throw new Error('There is no second caller.');
  other = sigv4Fetch({ credentials: second, region });
  invoker = invokeFetch(lambda.functionArn, { credentials: lambda.admin, endpoint });
});

afterAll(() => lambda.close());

interface Answer {
  readonly status: number;
  readonly result?: {
    readonly resultType?: string;
    readonly requestState?: string;
    readonly content?: readonly { readonly text: string }[];
  };
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

interface Call {
  readonly tool?: string;
  readonly arguments?: unknown;
  readonly requestState?: string | undefined;
  /** Of the older revisions, `2025-11-25`. */
  readonly revision?: string;
  /** What the header says. */
  readonly named?: string;
}

/** A call of a tool, written by hand: with `requestState`, the retry that brings the confirmation. */
async function call(reach: typeof fetch, given: Call): Promise<Answer> {
  const { tool = 'ship', requestState, revision = REVISION, named = tool } = given;
  const params = {
    name: tool,
    arguments: given.arguments ?? ORDER,
    ...(revision === REVISION && {
      _meta: {
        'io.modelcontextprotocol/protocolVersion': REVISION,
        'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
      },
    }),
    ...(requestState !== undefined && { requestState, inputResponses: CONFIRMED }),
  };
  const response = await reach(lambda.functionUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': revision,
      'mcp-method': 'tools/call',
      'mcp-name': named,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
  });
  const text = await response.text();
  return { status: response.status, ...JSON.parse(/^data: (\{.*\})$/m.exec(text)?.[1] ?? text) };
}

/** The state that comes with a tool's question. */
async function ask(reach: typeof fetch, given: Call = {}): Promise<string> {
  const { result } = await call(reach, given);
  expect(result?.resultType).toBe('input_required');
  return result?.requestState as string;
}

function expectRefusal({ result, error }: Answer): void {
  expect(result).toBeUndefined();
  expect(error).toMatchObject({ code: -32602, data: { reason: 'invalid_request_state' } });
}

describe.each(WAYS)('a question by %s', (way: Way) => {
  test('is answered by the client, and the tool goes on', async () => {
    const client = new Client(
      { name: 'test', version: '1.0.0' },
      { capabilities: { elicitation: {} }, versionNegotiation: { mode: { pin: REVISION } } },
    );
    const asked: string[] = [];
    client.setRequestHandler('elicitation/create', ({ params }) => {
      asked.push(params.message);
      return { action: 'accept', content: { ok: true } };
    });
    const { functionUrl, functionArn, region, lambdaEndpoint: endpoint } = lambda;
    await client.connect(
      way === 'SigV4'
        ? new SigV4ClientTransport(functionUrl, { credentials: lambda.agent, region })
        : new LambdaInvokeClientTransport(functionArn, { credentials: lambda.admin, endpoint }),
    );
    const { content } = await client.callTool({ name: 'ship', arguments: ORDER });
    await client.close();
    expect(asked).toEqual(['ship?']);
    expect(content).toEqual([
      { type: 'text', text: expect.stringMatching(/^ship 2 to Via Po, Turin: true, asked of/) },
    ]);
  });

  test('is answered in another execution environment', async () => {
    const reach = way === 'SigV4' ? agent : invoker;
    const requestState = await ask(reach);
    await lambda.reload();
    const { result } = await call(reach, { requestState });
    const who = way === 'SigV4' ? /assumed-role\/agent\/\w+$/ : /nobody known$/;
    expect(result?.content?.[0]?.text).toMatch(who);
  });
});

test('a retry may write its arguments in another order', async () => {
  const requestState = await ask(agent);
  const reordered = { to: { street: 'Via Po', city: 'Turin' }, amount: 2 };
  const { result } = await call(agent, { requestState, arguments: reordered });
  expect(result?.content).toHaveLength(1);
});

describe('a state is refused', () => {
  test('when another caller sends it', async () => {
    expectRefusal(await call(other, { requestState: await ask(agent) }));
  });

  test('when it comes through Invoke, from a caller unknown', async () => {
    expectRefusal(await call(invoker, { requestState: await ask(agent) }));
  });

  test('when it was made for a caller unknown', async () => {
    expectRefusal(await call(agent, { requestState: await ask(invoker) }));
  });

  test('when it was made for another tool', async () => {
    expectRefusal(await call(agent, { requestState: await ask(agent), tool: 'cancel' }));
  });

  test('when it was made for another tool, whatever the header says in an older revision', async () => {
    const requestState = await ask(agent);
    expectRefusal(await call(agent, { requestState, tool: 'cancel', named: 'ship', revision: '2025-11-25' }));
  });

  test('when it was made for other arguments', async () => {
    const arguments_ = { ...ORDER, amount: 2000 };
    expectRefusal(await call(agent, { requestState: await ask(agent), arguments: arguments_ }));
  });

  test('when its time is over', async () => {
    expectRefusal(await call(agent, { requestState: await ask(agent, { tool: 'stale' }), tool: 'stale' }));
  });

  test('when it was altered', async () => {
    const [version, body = '', mac] = (await ask(agent)).split('.');
    const state = JSON.parse(Buffer.from(body, 'base64url').toString());
    const altered = Buffer.from(JSON.stringify({ ...state, p: { askedOf: 'somebody else' } })).toString('base64url');
    expectRefusal(await call(agent, { requestState: [version, altered, mac].join('.') }));
  });

  test('when it is nonsense', async () => {
    expectRefusal(await call(agent, { requestState: 'v1.e30.AAAA' }));
  });
});

test('a header that names another tool is refused before the state is looked at', async () => {
  const { status, error } = await call(agent, { requestState: await ask(agent), tool: 'cancel', named: 'ship' });
  expect(status).toBe(400);
  expect(error?.code).toBe(-32020);
});

test('a key that is too short fails the call, and the caller learns nothing of it', async () => {
  await using short = await startTestLambda('servers/input-required.ts', {
    environment: { REQUEST_STATE_KEY: 'short' },
  });
  const reach = sigv4Fetch({ credentials: short.agent, region: short.region });
  const response = await reach(short.functionUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  });
  const text = await response.text();
  expect(text).toContain('Internal');
  expect(text).not.toContain('32 bytes');
});
