import { awsFetch } from 'lambda-mcp/fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';

const SECRET = 'b2a1d4c8e3f70695b2a1d4c8e3f70695b2a1d4c8e3f70695';
const HEADER = 'x-lambda-mcp-origin';
let behind: TestLambda;
let alone: TestLambda;
beforeAll(async () => {
  behind = await startTestLambda('servers/v2.ts', { environment: { LAMBDA_MCP_ORIGIN_SECRET: SECRET } });
  alone = await startTestLambda('servers/v2.ts');
});
afterAll(() => Promise.all([behind.close(), alone.close()]));

async function ask({ functionUrl, agent, region }: TestLambda, headers: Record<string, string>) {
  const send = awsFetch(functionUrl, { credentials: agent, region });
  const response = await send(functionUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  });
  return { status: response.status, body: await response.text() };
}

describe('a function behind CloudFront', () => {
  it.each([
    ['nothing', {}],
    ['an empty text', { [HEADER]: '' }],
    ['another text', { [HEADER]: SECRET.replace('b', 'c') }],
    ['its beginning', { [HEADER]: SECRET.slice(0, -1) }],
    ['more than it', { [HEADER]: `${SECRET}0` }],
    ['it twice', { [HEADER]: `${SECRET}, ${SECRET}` }],
  ])('refuses whoever sends %s in place of the secret', async (_what, headers) => {
    const { status, body } = await ask(behind, headers as Record<string, string>);
    expect(status).toBe(403);
    expect(JSON.parse(body)).toMatchObject({ id: null, error: { message: expect.stringContaining('host in front') } });
  });

  it('answers what CloudFront sends', async () => {
    expect(await ask(behind, { [HEADER]: SECRET })).toMatchObject({ status: 200 });
  });
});

it('a function of its own asks for no secret', async () => {
  expect(await ask(alone, {})).toMatchObject({ status: 200 });
});
