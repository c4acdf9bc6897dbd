/**
 * Other people's MCP clients against our server, and our transport against other people's MCP servers, all on the local
 * Lambda. Prints one table, or with `--json` its rows; exits with 1 if a case did not end as it should.
 */
import { fileURLToPath } from 'node:url';
import { connect, LINES, type Line, WAYS, type Way } from '../support/clients.ts';
import { startForwarder } from './support/forwarder.ts';
import { install, installedVersion } from './support/install.ts';
import { type InteropLambda, startInteropLambda } from './support/lambda.ts';
import { reportRows } from './support/report.ts';
import { type Run, runProgram, TIME_LIMIT } from './support/run-program.ts';
import { typecheck } from './support/typecheck.ts';

const PEERS = fileURLToPath(new URL('peers/', import.meta.url));
const QUICKSTART = fileURLToPath(new URL('../../examples/quickstart/server.ts', import.meta.url));
const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** How a case ended: `works`, or what is wrong. */
type Ending = string;

interface Case {
  readonly client: string;
  readonly server: string;
  readonly name: string;
  readonly endings: Readonly<Partial<Record<Way, Ending>>>;
  /** What the other side's known defect makes of it. @default 'works' */
  readonly expected?: Ending;
  readonly note?: string;
}

const AWSLABS = '@aws/run-mcp-servers-with-aws-lambda';
const BAD_SIGNATURE = 'refused: bad signature';

function within<T>(promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${TIME_LIMIT} ms`)), TIME_LIMIT);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function versioned(name: string): string {
  return `${name} ${installedVersion(PEERS, name)}`;
}

/** The awslabs client, run as a program. Progress is part of what has to work. */
async function awslabsEnding(url: string, env: Readonly<Record<string, string>>): Promise<Ending> {
  const run = await runProgram(['awslabs-client.ts', url], { cwd: PEERS, env });
  if (run.exitCode === undefined) return 'hangs';
  if (run.stderr.includes('request signature we calculated does not match')) return BAD_SIGNATURE;
  if (run.exitCode !== 0) return `fails: ${run.stderr.trim().slice(-300)}`;
  const steps = run.stdout.filter(({ text }) => text.startsWith('progress: ')).length;
  if (!printed(run, /^tools: .*multi-greet/) || !printed(run, /^result: .*Hello number 3, Ada!/)) return 'wrong answer';
  return steps === 3 ? 'works' : `${steps} of 3 progress notifications`;
}

function printed({ stdout }: Run, pattern: RegExp): boolean {
  return stdout.some(({ text }) => pattern.test(text));
}

async function awslabsCases(lambda: InteropLambda): Promise<Case[]> {
  const port = Number(new URL(lambda.functionUrl).port);
  await using forwarder = await startForwarder(port);
  const behindForwarder = { ...lambda.environment, NODE_USE_ENV_PROXY: '1', HTTP_PROXY: forwarder.url };
  const plain = 'http://example.lambda-url.us-east-1.on.aws/';
  const shared = { client: `${versioned(AWSLABS)}, SigV4`, server: 'lambda-mcp/server' };
  return [
    { ...shared, name: 'URL on the default port', endings: { SigV4: await awslabsEnding(plain, behindForwarder) } },
    {
      ...shared,
      name: 'URL with a query string',
      endings: { SigV4: await awslabsEnding(`${plain}?tenant=a`, behindForwarder) },
      expected: BAD_SIGNATURE,
      note: 'its defect: the query string is signed as part of the path',
    },
    {
      ...shared,
      name: 'URL with a port',
      endings: { SigV4: await awslabsEnding(lambda.functionUrl, lambda.environment) },
      expected: BAD_SIGNATURE,
      note: 'its defect: the host is signed without its port',
    },
  ];
}

/** Our transport classes, of each SDK line: lists, calls, and sees progress. */
async function ourEnding(line: Line, way: Way, lambda: InteropLambda): Promise<Ending> {
  try {
    const client = await within(connect(line, way, { ...lambda, admin: lambda.agent }));
    try {
      const names = await within(client.toolNames());
      if (!names.includes('multi-greet')) return `lists ${names.join(', ')}`;
      let steps = 0;
      const onprogress = () => {
        steps += 1;
      };
      const { text } = await within(client.call('multi-greet', { name: 'Ada', count: 3 }, { onprogress }));
      if (!text.includes('Hello number 3, Ada!')) return `wrong answer: ${text}`;
      return steps === 3 ? 'works' : `${steps} of 3 progress notifications`;
    } finally {
      await client.close();
    }
  } catch (error) {
    return `fails: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function ourCases(lambda: InteropLambda, server: string): Promise<Case[]> {
  const cases: Case[] = [];
  for (const line of LINES) {
    const endings = { SigV4: await ourEnding(line, 'SigV4', lambda), Invoke: await ourEnding(line, 'Invoke', lambda) };
    const { protocolVersion } = lambda.served().findLast(({ method }) => method === 'tools/call') ?? {};
    const note = `protocol ${protocolVersion}`;
    cases.push({ client: `lambda-mcp/transport, SDK ${line}`, server, name: 'list, call, progress', endings, note });
  }
  return cases;
}

/** The Inspector's command-line mode. It passes on no environment: region and endpoint are the proxy's flags. */
async function inspectorCases(lambda: InteropLambda): Promise<Case[]> {
  const targets: Record<Way, string[]> = {
    SigV4: [lambda.functionUrl, '--region', lambda.region],
    Invoke: [lambda.functionArn, '--endpoint', lambda.lambdaEndpoint],
  };
  const requests = [
    { name: 'tools/list', args: ['--method', 'tools/list'], expected: /"name":"multi-greet"/ },
    {
      name: 'tools/call',
      args: ['--method', 'tools/call', '--tool-name', 'multi-greet', '--tool-arg', 'name=Ada', 'count=3'],
      expected: /Hello number 3, Ada!/,
    },
  ];
  const inspector = 'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js';
  const cases: Case[] = [];
  for (const { name, args, expected } of requests) {
    const endings: Partial<Record<Way, Ending>> = {};
    for (const way of WAYS) {
      const proxy = [process.execPath, CLI, 'proxy', ...targets[way]];
      const run = await runProgram([inspector, '--cli', ...proxy, '--', ...args, '--format', 'json'], {
        cwd: PEERS,
        env: lambda.environment,
      });
      if (run.exitCode === undefined) endings[way] = 'hangs';
      else if (run.exitCode !== 0) endings[way] = `exit code ${run.exitCode}: ${run.stderr.trim().slice(-300)}`;
      else endings[way] = printed(run, expected) ? 'works' : 'wrong answer';
    }
    const client = versioned('@modelcontextprotocol/inspector');
    cases.push({ client: `${client}, CLI`, server: 'lambda-mcp proxy', name, endings });
  }
  return cases;
}

install(PEERS);
const wrongTypes = [...typecheck(PEERS)];

const cases: Case[] = [];
{
  await using lambda = await startInteropLambda(QUICKSTART);
  cases.push(...(await awslabsCases(lambda)));
  const awkward = { ...lambda, functionUrl: `${lambda.functionUrl}?tenant=a&tenant=b` };
  cases.push({
    client: 'lambda-mcp/transport, SDK v1',
    server: 'lambda-mcp/server',
    name: 'URL with a port and a query string',
    endings: { SigV4: await ourEnding('v1', 'SigV4', awkward) },
  });
  cases.push(...(await inspectorCases(lambda)));
}
for (const [file, name] of [
  ['hono-server.ts', '@hono/mcp'],
  ['mcp-handler-server.ts', 'mcp-handler'],
] as const) {
  await using lambda = await startInteropLambda(`${PEERS}${file}`);
  cases.push(...(await ourCases(lambda, versioned(name))));
}

const problems = wrongTypes.map(([file, problem]) => `${file}: ${problem}`);
for (const { client, server, name, endings, expected = 'works' } of cases) {
  for (const [way, ending] of Object.entries(endings)) {
    if (ending !== expected) problems.push(`${client} → ${server}, ${name}, ${way}: ${ending}, expected: ${expected}`);
  }
}
reportRows(
  cases.map(({ client, server, name, endings, note = '' }) => ({
    Client: client,
    Server: server,
    Case: name,
    SigV4: endings.SigV4 ?? '–',
    Invoke: endings.Invoke ?? '–',
    Note: note,
  })),
  problems,
  [
    'Works: lists the tools, calls multi-greet and sees its progress (the Inspector: lists, calls).',
    'The awslabs client meets the default port through an HTTP proxy that tunnels to the local Lambda; neither side is changed.',
  ],
);
