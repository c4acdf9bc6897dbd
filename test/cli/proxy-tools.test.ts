import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentOf, runCli } from '../support/cli.ts';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';
import { modern, startProxy } from '../support/proxy-process.ts';
import { startStub } from '../support/stub-server.ts';

let showcase: TestLambda;
let env: Record<string, string>;
beforeAll(async () => {
  showcase = await startTestLambda('servers/showcase.ts');
  env = environmentOf(showcase, showcase.agent);
});
afterAll(() => showcase.close());

const ERAS = [
  ['2025', (params?: object) => params],
  ['2026', modern],
] as const;

async function namesOf(proxy: ReturnType<typeof startProxy>, params?: object): Promise<string[]> {
  const { tools } = (await proxy.request('tools/list', params)).result;
  return tools.map(({ name }: { name: string }) => name);
}

describe('--read-only', () => {
  it.each(ERAS)('lists and calls only tools that are annotated so: %s', async (_, params) => {
    await using proxy = startProxy([showcase.functionUrl, '--read-only'], env);
    const refused = await proxy.request('tools/call', params({ name: 'paint', arguments: { title: 'x' } }));
    expect(refused.error.message).toContain('paint is not annotated as read-only');
    const { result } = await proxy.request('tools/call', params({ name: 'look', arguments: {} }));
    expect(result.content[0].text).toBe('looked');
    const { tools } = (await proxy.request('tools/list', params())).result;
    expect(tools.map((tool: { name: string }) => tool.name)).toEqual(['look']);
    expect((await proxy.request('prompts/list', params())).result.prompts).toHaveLength(1);
  });
});

describe.each(ERAS)('--tool and --no-tool, %s', (_, params) => {
  it('list and call only tools of such a name', async () => {
    await using all = startProxy([showcase.functionUrl], env);
    const every = await namesOf(all, params());
    await using proxy = startProxy([showcase.functionUrl, '--tool', 'l*', '--tool', 'pain?', '--no-tool', 'lo*k'], env);
    expect(await namesOf(proxy, params())).toEqual(every.filter((name) => /^(l|pain.$)/.test(name) && name !== 'look'));
    const call = async (name: string) =>
      (await proxy.request('tools/call', params({ name, arguments: { title: 'x' } }))).error;
    expect((await call('look')).message).toBe('look is left out by --no-tool lo*k.');
    expect((await call('other')).message).toBe('other is none of --tool l* --tool pain?.');
    expect(await call('paint')).toBeUndefined();
  });
});

it('a call gets the headers that its tool’s schema asks for, even before the tools were listed', async () => {
  await using proxy = startProxy([showcase.functionUrl], env);
  const { result } = await proxy.request('tools/call', modern({ name: 'route', arguments: { tenant: 'acme' } }));
  expect(result.content[0].text).toBe('acme by acme');
});

describe('--meta', () => {
  it('is added to each request, but for what its host says', async () => {
    await using server = await startStub((_, response, body) => {
      const { id } = JSON.parse(body);
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ jsonrpc: '2.0', id, result: {} }));
    });
    await using proxy = startProxy([server.url, '--meta', 'team=ops', '--meta', 'example.com/run=a=b'], env);
    proxy.send({ method: 'notifications/initialized' });
    await proxy.request('tools/call', { name: 'x', arguments: { n: 1 }, _meta: { team: 'mine', progressToken: 7 } });
    await proxy.request('ping');
    const sent = server.requests.map(({ body }) => JSON.parse(body)).filter(({ id }) => id !== undefined);
    expect(sent.map(({ params }) => params)).toEqual([
      { name: 'x', arguments: { n: 1 }, _meta: { team: 'mine', 'example.com/run': 'a=b', progressToken: 7 } },
      { _meta: { team: 'ops', 'example.com/run': 'a=b' } },
    ]);
  });

  it('keeps each digit of a number', async () => {
    await using server = await startStub((_, response) => {
      response.setHeader('content-type', 'application/json').end('{"jsonrpc":"2.0","id":1,"result":{}}');
    });
    await using proxy = startProxy([server.url, '--meta', 'team=ops'], env);
    proxy.send(
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"n":12345678901234567890}}}',
    );
    await proxy.answer(1);
    expect(server.requests[0]?.body).toContain('"n":12345678901234567890');
  });
});

describe('--tool-timeout', () => {
  it('is for tools alone, and says so', async () => {
    await using server = await startStub((_, response, body) => {
      const { id, method } = JSON.parse(body);
      if (method === 'tools/call') return;
      setTimeout(
        () => response.setHeader('content-type', 'application/json').end(`{"jsonrpc":"2.0","id":${id},"result":{}}`),
        400,
      );
    });
    await using proxy = startProxy([server.url, '--tool-timeout', '0.2'], env);
    const [listed, called] = await Promise.all([
      proxy.request('tools/list'),
      proxy.request('tools/call', { name: 'slow' }),
    ]);
    expect(listed.result).toEqual({});
    expect(called.error.message).toBe(
      'No answer in time. The tool may still be running. --tool-timeout SECONDS waits longer.',
    );
  });
});

it.each([
  [['--meta', 'nothing']],
  [['--meta', 'io.modelcontextprotocol/protocolVersion=x']],
  [['--meta', 'progressToken=1']],
  [['--tool-timeout', 'soon']],
  [['--http-token']],
  [['--allow-origin', 'http://localhost:1']],
  [['--http', '--allow-origin', 'http://localhost:1/path']],
])('%j is wrong usage', async (args) => {
  expect(await runCli(['proxy', showcase.functionUrl, ...args], { env })).toMatchObject({ code: 2, stdout: '' });
});
