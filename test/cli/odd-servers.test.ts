import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bareEnvironment, runCli } from '../support/cli.ts';

const SECRET = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY';
const env = {
  ...bareEnvironment,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: SECRET,
};

/** Answers by the path of a request and its method; what it gives undefined for is answered as any server would. */
type Odd = (method: string, response: ServerResponse, body: string) => string | undefined;

const TOOL = { name: 'echo', inputSchema: { type: 'object', properties: { count: { type: 'integer' } } } };

const ODD: Readonly<Record<string, Odd>> = {
  '/plain': () => undefined,
  '/hello': () => '"Hello from Lambda!"',
  '/json': () => '{"message":"hello world"}',
  '/html': (_, response) => {
    response.setHeader('content-type', 'text/html');
    return '<h1>Welcome</h1>';
  },
  '/nothing': (_, response) => {
    response.statusCode = 204;
    return '';
  },
  '/throttled': (_, response) => {
    response.statusCode = 429;
    response.setHeader('retry-after', '0');
    return '{"Message":"Rate exceeded"}';
  },
  '/no-list': (method) => (method === 'tools/list' ? '{"tools":{}}' : undefined),
  '/nameless': (method) =>
    method === 'tools/list' ? `{"tools":[null,{"description":"no name"},${JSON.stringify(TOOL)}]}` : undefined,
  '/endless': (method) => (method === 'tools/list' ? `{"tools":[],"nextCursor":"${Math.random()}"}` : undefined),
};

let origin: string;
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { id, method } = JSON.parse(body);
  response.setHeader('content-type', 'application/json');
  const odd = ODD[request.url ?? '']?.(method, response, body);
  const isWhole = odd !== undefined && !odd.startsWith('{"tools"');
  response.end(isWhole ? odd : `{"jsonrpc":"2.0","id":${id},${odd ? `"result":${odd}` : answerTo(method, body)}}`);
});
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

/** The call's result holds its arguments as they were written. */
function answerTo(method: string, body: string): string {
  if (method === 'server/discover') return '"result":{"capabilities":{"tools":{}},"supportedVersions":["2026-07-28"]}';
  if (method === 'tools/list') return `"result":{"tools":[${JSON.stringify(TOOL)}]}`;
  const [, given] = /"arguments":(\{[^}]*\})/.exec(body) ?? [];
  if (given?.includes('13')) return '"error":{"code":-32602,"message":"Unlucky.","data":{"path":["count"]}}';
  return `"result":{"content":[],"structuredContent":${given}}`;
}

function run(...args: string[]) {
  return runCli(args, { env });
}

describe('an answer that is not of an MCP server', () => {
  it.each([
    [
      '/hello',
      'JSON that is no MCP message: "Hello from Lambda!". A Lambda function serves MCP by createLambdaHandler.',
    ],
    ['/json', 'JSON that is no MCP message: {"message":"hello world"}.'],
    ['/html', 'text/html, not with JSON or an event stream. Is there an MCP server at this address? It says: <h1>'],
    ['/nothing', 'answered with nothing (204)'],
    ['/no-list', 'tools/list without a list of `tools`'],
  ])('%s', async (path, words) => {
    const { code, stdout, stderr } = await run('tools', origin + path);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(words);
  });

  it('names a throttle, whoever throttles', async () => {
    const { code, stderr } = await run('tools', `${origin}/throttled`);
    expect(code).toBe(5);
    expect(stderr).toContain('throttled (429). AWS says: Rate exceeded.');
  });

  it('lists what has a name, and says what has none', async () => {
    const { code, stdout, stderr } = await run('tools', `${origin}/nameless`);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\necho\t\[count\]\t\n$/);
    expect(stderr).toBe("Left out 2 of the server's tools: no name.\n");
  });

  it('ends a list that does not end by itself', async () => {
    const { code, stderr } = await run('tools', `${origin}/endless`, '--timeout', '1');
    expect(code).toBe(5);
    expect(stderr).toContain('No answer in time.');
  });
});

describe('what is called and answered', () => {
  it.each(['12345678901234567890', '9007199254740993', '-9007199254740995'])(
    'keeps the digits of %s',
    async (number) => {
      const expected = { code: 0, stdout: expect.stringMatching(new RegExp(`"count": ${number}\\n`)) };
      expect(await run('call', `${origin}/plain`, 'echo', `count=${number}`)).toMatchObject(expected);
      expect(await run('call', `${origin}/plain`, 'echo', '--json-args', `{"count":${number}}`)).toMatchObject(
        expected,
      );
    },
  );

  it('refuses what is no integer, however long', async () => {
    const { code, stderr } = await run('call', `${origin}/plain`, 'echo', 'count=0.12345678901234567890');
    expect(code).toBe(2);
    expect(stderr).toContain('count must be integer');
  });

  it("shows the data of a server's error", async () => {
    const { code, stderr } = await run('call', `${origin}/plain`, 'echo', 'count=13');
    expect(code).toBe(1);
    expect(stderr).toBe('lambda-mcp: The server answered: Unlucky. (-32602) {"path":["count"]}\n');
  });
});

describe('a command line that is nearly right', () => {
  it.each([
    [['tols', 'URL'], 'There is no command "tols". Did you mean "tools"?'],
    [['tools', 'URL', '--jsn'], 'Did you mean "--json"?'],
    [['call', 'URL', 'ehco'], 'The server has no tool "ehco". Did you mean "echo"?'],
    [['call', 'URL', 'echo', 'cuont=1'], 'The tool has no argument "cuont". Did you mean "count"?'],
  ])('%j', async (args, words) => {
    const { code, stderr } = await run(...args.map((word) => word.replace('URL', `${origin}/plain`)));
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });

  it('may have its flags first, and asks for help in any way', async () => {
    expect((await run('--json', 'tools', `${origin}/plain`)).stdout).toContain('"name": "echo"');
    expect((await run('help', 'call')).stdout).toMatch(/^Usage: lambda-mcp call/);
    expect((await run('call', '-h')).stdout).toMatch(/^Usage: lambda-mcp call/);
    expect((await run('-v')).stdout).toMatch(/^\d/);
  });

  it('does not repeat a password', async () => {
    const { code, stderr } = await run('tools', 'https://ada:s3cret-w0rd@example.com/');
    expect(code).toBe(2);
    expect(stderr).not.toContain('s3cret');
  });
});
