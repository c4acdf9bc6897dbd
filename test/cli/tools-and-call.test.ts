import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bareEnvironment, CLI, environmentOf, runCli } from '../support/cli.ts';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';
import { contents, newPath } from '../support/scratch.ts';
import { startStub } from '../support/stub-server.ts';

let lambda: TestLambda;
let env: Record<string, string>;
let url: string;
beforeAll(async () => {
  lambda = await startTestLambda('servers/showcase.ts', { principals: [{ name: 'stranger' }] });
  env = environmentOf(lambda, lambda.agent);
  url = lambda.functionUrl;
});
afterAll(() => lambda.close());

function run(...args: string[]) {
  return runCli(args, { env });
}

describe('the command itself', () => {
  it('tells its commands, its version and what it does not know', async () => {
    const help = await run('--help');
    expect(help.code).toBe(0);
    for (const name of ['proxy', 'tools', 'call', 'shell', 'grant', 'doctor', 'audit', 'dev']) {
      expect(help.stdout).toContain(`  ${name} `);
    }
    expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await run('tool')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('no command "tool"'),
    });
    expect(await run('toString')).toMatchObject({ code: 2 });
  });

  it.each(['proxy', 'tools', 'resources', 'prompts', 'call', 'shell'])('%s has help of its own', async (name) => {
    const { code, stdout } = await run(name, '--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`Usage: lambda-mcp ${name} \\[?TARGET`));
    expect(stdout).toContain('--connect-timeout SECONDS');
  });
});

describe('tools, resources, prompts', () => {
  it('lists each as a table, a line for each where stdout is no terminal', async () => {
    const tools = await run('tools', url);
    expect(tools).toMatchObject({ code: 0, stderr: '' });
    expect(tools.stdout).toMatch(
      /^TOOL\tARGUMENTS\tDESCRIPTION\nlook\t\tOnly looks\. \(read-only\)\npaint\ttitle \[size\]/,
    );
    expect(tools.stdout).not.toContain('\u001b');
    expect((await run('resources', url)).stdout).toMatch(/\nnote:\/\/greeting\ttext\/plain/);
    expect((await run('prompts', url)).stdout).toMatch(/\nreview\tfile\t\n/);
  });

  it('gives whole definitions with --json, by URL and by function name', async () => {
    const byUrl = JSON.parse((await run('tools', url, '--json')).stdout);
    expect(byUrl[1].inputSchema.properties.size.type).toBe('integer');
    const asAdmin = { env: environmentOf(lambda, lambda.admin) };
    const byName = await runCli(['tools', lambda.functionName, '--json'], asAdmin);
    expect(JSON.parse(byName.stdout)).toEqual(byUrl);
  });
});

describe('a server of the 2025 era', () => {
  it('is spoken to in that era', async () => {
    await using legacy = await startTestLambda('servers/v1.ts');
    const asAgent = { env: environmentOf(legacy, legacy.agent) };
    expect((await runCli(['tools', legacy.functionUrl], asAgent)).stdout).toMatch(/\necho\ttext\techo\n/);
    const { stdout, stderr } = await runCli(['call', legacy.functionUrl, 'echo', 'text=hi', '--debug'], asAgent);
    expect(stdout).toBe('hi\n');
    expect(stderr.match(/→ POST \S+ \S+/g)?.map((line) => line.split(' ').at(-1))).toEqual([
      'server/discover',
      'initialize',
      'notifications/initialized',
      'tools/list',
      'tools/call',
    ]);
    expect(stderr).toMatch(/← 202 answered here: nothing was sent/);
  });
});

describe('call', () => {
  it('reads arguments as the schema says', async () => {
    const words = ['title=1', 'size=3', 'scale=null', 'glossy=true', 'colour=red', 'tags=a', 'tags=b', 'points=[1,2]'];
    const { code, stdout } = await run('call', url, 'paint', ...words, 'frame={"width":9}');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      title: '1',
      size: 3,
      scale: null,
      glossy: true,
      colour: 'red',
      tags: ['a', 'b'],
      points: [1, 2],
      frame: { width: 9 },
    });
  });

  it.each([
    [['a', '1', '2', 'true', 'red', 't', '3', '{}', 'more'], 'There is no argument for "more". The tool takes: title='],
    [['title=x', 'frame.wide=1'], 'has no argument "wide". Did you mean "width"?'],
    [['title=x', 'frame={}', 'frame..width=1'], 'has a part without a name'],
    [['title=x', 'frame.width=wide'], 'frame.width must be integer'],
    [
      ['title=@/no/such/file'],
      'title=@/no/such/file: the file cannot be read (ENOENT). A text that begins with @ is written title=@@',
    ],
    [['@/no/such/file'], 'which cannot be read (ENOENT)'],
    [['{"title":'], 'is not JSON'],
    [['titel=x'], 'has no argument "titel". Did you mean "title"? The tool takes: title=string size=integer?'],
    [['size=2'], 'Missing: title.'],
    [['title=x', 'size=big'], 'size must be integer, and "big" is not.'],
    [['title=x', 'size=1.5'], 'size must be integer'],
    [['title=x', 'scale=much'], 'scale must be number|null'],
    [['title=x', 'glossy=maybe'], 'glossy must be boolean'],
    [['title=x', 'colour=blue'], 'colour must be red|green, and "blue" is not.'],
    [['title=x', 'title=y'], 'title is given 2 times'],
    [['title=x', 'points=a'], 'points must be integer'],
    [['--json-args', '{'], '--json-args is not JSON'],
    [['--json-args', '[]'], 'must be a JSON object'],
    [['--json-args', '{}', 'title=x'], 'not both'],
  ])('says of %j what is wrong', async (words, message) => {
    const { code, stdout, stderr } = await run('call', url, 'paint', ...words);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('takes words alone in the order of the schema, beside those that are named', async () => {
    const { stdout } = await run('call', url, 'paint', 'a b', 'scale=2', '3', 'yes');
    expect(JSON.parse(stdout)).toEqual({ title: 'a b', scale: 2, size: 3, glossy: true });
  });

  it('takes parts of an object, and texts from files and stdin', async () => {
    const file = newPath();
    writeFileSync(file, '\ufeffline 1\nline 2\n');
    const words = ['frame.width=9', `title=@${file}`, 'tags=@@ada', 'tags=@', 'tags=@-'];
    const { stdout } = await runCli(['call', url, 'paint', ...words], { env, input: 'piped' });
    expect(JSON.parse(stdout)).toEqual({
      frame: { width: 9 },
      title: 'line 1\nline 2\n',
      tags: ['@ada', '@', 'piped'],
    });
  });

  it('takes arguments as JSON: from a word, a flag, a file or stdin', async () => {
    const args = '{"title":"x","size":2}';
    const file = newPath();
    writeFileSync(file, `\ufeff${args}`);
    expect((await run('call', url, 'paint', args)).stdout).toBe(`${args}\n`);
    expect((await run('call', url, 'paint', `@${file}`)).stdout).toBe(`${args}\n`);
    expect((await run('call', url, 'paint', '--json-args', args)).stdout).toBe(`${args}\n`);
    expect((await runCli(['call', url, 'paint', '-'], { env, input: args })).stdout).toBe(`${args}\n`);
  });

  it('sends the headers by which a schema asks for arguments', async () => {
    expect((await run('call', url, 'route', 'tenant=Zoë')).stdout).toBe('Zoë by =?base64?Wm/Dqw==?=\n');
  });

  it('prints text, and structured content with --json', async () => {
    expect((await run('call', url, 'measure')).stdout).toBe('21.5 degrees\n');
    const { structuredContent } = JSON.parse((await run('call', url, 'measure', '--json')).stdout);
    expect(structuredContent).toEqual({ celsius: 21.5 });
  });

  it('saves images and audio as files, over none that is there', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'media-'));
    await runCli(['call', url, 'media'], { env, cwd });
    const second = await runCli(['call', url, 'media'], { env, cwd });
    expect(second).toMatchObject({ code: 0, stdout: 'a picture and a sound\n' });
    expect(second.stderr).toBe('Saved image/png: media-2.png\nSaved audio/mpeg: media-2.mp3\n');
    expect(readFileSync(join(cwd, 'media-1.png')).subarray(1, 4).toString()).toBe('PNG');
    expect(readFileSync(join(cwd, 'media-2.mp3'), 'utf8')).toBe('beep');
  });

  it('ends with 6 when the tool says that it failed', async () => {
    expect(await run('call', url, 'fail')).toMatchObject({
      code: 6,
      stdout: '',
      stderr: 'fail failed:\nno such city\n',
    });
    expect((await run('call', url, 'fail', '--json')).code).toBe(6);
  });

  it('names the tools there are when it is asked for another', async () => {
    expect(await run('call', url, 'lok')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/no tool "lok".* look, /),
    });
  });

  it('ends at once and quietly on Ctrl-C', async () => {
    const file = newPath();
    await using waiting = await startTestLambda('servers/v2.ts');
    const args = [CLI, 'call', waiting.functionUrl, 'wait', `file=${file}`];
    const child = spawn(process.execPath, args, { env: environmentOf(waiting, waiting.agent) });
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    child.stderr.on('data', (text) => {
      output += text;
    });
    const ended = new Promise((fulfil) => child.once('close', fulfil));
    await expect.poll(() => contents(file), { timeout: 10_000 }).toBe('began;');
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(output).toBe('');
  });
});

describe('what goes wrong is explained, each with its exit code', () => {
  it.each([
    ['no credentials', 3, 'No AWS credentials: ', {}],
    ['a token that belongs to no key', 3, 'AWS does not know these credentials', { AWS_SESSION_TOKEN: 'x' }],
    ['a wrong secret', 4, 'AWS could not verify the signature', { AWS_SECRET_ACCESS_KEY: 'x' }],
    ['another region', 4, 'signed for another region or service', { AWS_REGION: 'eu-west-1' }],
  ])('%s', async (name, code, message, changed) => {
    const environment =
      name === 'no credentials' ? { ...bareEnvironment, AWS_REGION: lambda.region } : { ...env, ...changed };
    const { stderr, ...ended } = await runCli(['tools', url], { env: environment });
    expect(stderr).toContain(message);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(stderr).not.toContain(lambda.agent.secretAccessKey);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it('an expired session', async () => {
    await using expiring = await startTestLambda('servers/showcase.ts', {
      principals: [{ name: 'gone', expiration: new Date(Date.now() - 1000) }],
    });
    const [, , gone] = expiring.principals;
    const { code, stderr } = await runCli(['tools', expiring.functionUrl], {
      env: environmentOf(expiring, gone ?? lambda.agent),
    });
    expect(stderr).toContain('Your AWS session has expired (403). Sign in again');
    expect(code).toBe(3);
  });

  it('a caller without permission, by URL and by name', async () => {
    const [, , stranger] = lambda.principals;
    const asStranger = { env: environmentOf(lambda, stranger ?? lambda.agent) };
    const byUrl = await runCli(['tools', url], asStranger);
    expect(byUrl).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('lambda:InvokeFunctionUrl and lambda:InvokeFunction'),
    });
    const byName = await runCli(['tools', lambda.functionName], asStranger);
    expect(byName).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('Ask the owner for lambda:InvokeFunction;'),
    });
  });

  it.each([
    [
      ['tools', 'https://abc.lambda-url.us-east-1.on.invalid/', '--region', 'a', '--service', 'lambda'],
      5,
      'There is no host',
    ],
    [['tools', 'http://127.0.0.1:1/'], 5, 'Check the target'],
    [['tools', 'https://example.com/mcp'], 2, 'give --service and --region'],
    [['tools', 'http://example.com/'], 2, 'is not https'],
    [['tools', 'htps://x.y/'], 2, 'is not an https URL'],
    [['tools', 'a b'], 2, 'neither the name nor the ARN'],
    [['tools'], 2, 'takes one TARGET'],
    [['tools', 'a', 'b', 'c'], 2, 'takes a TARGET and one NAME'],
    [
      ['tools', 'a', '--regoin', 'x'],
      2,
      `Unknown option '--regoin'. Did you mean "--region"? See: lambda-mcp tools --help`,
    ],
    [['tools', 'a', '--timeout', 'soon'], 2, '--timeout takes a number of seconds'],
    [['call', 'a'], 2, 'a TARGET and a TOOL'],
    [['call', 'a', 'b', '--output', '/no/such/folder'], 2, 'There is no folder /no/such/folder.'],
    [['call', 'a', 'b', '--output', 'json'], 2, '--json prints JSON.'],
    [['tools', 'http://127.0.0.1:1/', '--path', '/mcp'], 2, 'write the path into the URL'],
    [['doctor', 'http://127.0.0.1:1/', '--path', '/mcp'], 2, 'write the path into the URL'],
    [['tools', 'a', '--region', 'us east'], 2, '--region takes a region such as us-east-1'],
    [['tools', 'a', '--endpoint', 'ftp://x'], 2, '--endpoint takes an http or https URL'],
  ])('%j', async (args, code, message) => {
    const ended = await run(...args);
    expect(ended.stderr).toContain(message);
    expect(ended).toMatchObject({ code, stdout: '' });
  });

  it('an endpoint of the environment that is none', async () => {
    const ended = await runCli(['tools', 'a'], { env: { ...env, AWS_ENDPOINT_URL_LAMBDA: 'localhost' } });
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('AWS_ENDPOINT_URL_LAMBDA takes') });
  });

  it('a function that fails, in whole sentences', async () => {
    await using failing = await startTestLambda('servers/v2.ts');
    const byUrl = await runCli(['call', failing.functionUrl, 'exit'], { env: environmentOf(failing, failing.agent) });
    expect(byUrl).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('It says: Internal Server Error. Its log'),
    });
    const byName = await runCli(['call', failing.functionName, 'exit'], {
      env: environmentOf(failing, failing.admin),
    });
    expect(byName.stderr).toMatch(/It says: RequestId: .* exit status 7\. Its log in CloudWatch tells why\.\n$/);
  });

  it('a host that takes connections and never speaks', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((fulfil) => silent.listen(0, '127.0.0.1', fulfil));
    const target = `https://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    const child = runCli(['tools', target, '--connect-timeout', '0.2'], { env });
    expect(await child).toMatchObject({ code: 5, stderr: expect.stringContaining('No connection was made in time') });
    silent.close();
  });

  it('a function that does not exist', async () => {
    const ended = await runCli(['tools', 'ghost'], { env: environmentOf(lambda, lambda.admin) });
    expect(ended).toMatchObject({ code: 5, stderr: expect.stringContaining('Function not found: ') });
  });

  it('an answer that does not come in time', async () => {
    const ended = await run('call', url, 'look', '--timeout', '0.001');
    expect(ended).toMatchObject({ code: 5, stderr: expect.stringContaining('No answer in time') });
  });
});

describe('--debug', () => {
  it('prints each attempt that is followed by another', async () => {
    let asked = 0;
    await using server = await startStub((_, response) => {
      asked += 1;
      if (asked < 3) return void response.writeHead(429).end();
      response.destroy();
    });
    const { stderr } = await run('tools', server.url, '--debug');
    expect(stderr).toMatch(
      /#1 → POST \S+ server\/discover\n\[debug\] attempt 1: 429, again in \d+ ms\n\[debug\] attempt 2: 429, again in \d+ ms\n.*#1 ×/,
    );
  });

  it('prints a line for each request and response, and no secret', async () => {
    const { stdout, stderr } = await run('call', url, 'paint', 'title=confidential', '--debug');
    expect(stdout).toContain('confidential');
    expect(stderr).toMatch(/#3 → POST http:\/\/127\.0\.0\.1:\d+\/ tools\/call paint\n/);
    expect(stderr).toMatch(/#3 ← 200 application\/json \d+ ms request id [0-9a-f-]{36}\n/);
    const { accessKeyId, secretAccessKey, sessionToken = '' } = lambda.agent;
    for (const secret of [accessKeyId, secretAccessKey, sessionToken, 'Signature', 'confidential']) {
      expect(stderr).not.toContain(secret);
    }
  });
});
