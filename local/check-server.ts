import { randomUUID } from 'node:crypto';
import { readResponse } from '../wire/read-response.ts';
import { requestToEvent } from '../wire/request-to-event.ts';
import { LOST_MARK } from '../wire/response-stream.ts';
import { createEnvironments, FunctionError } from './execution/environments.ts';

export interface CheckOptions {
  /** The module, which runs as it is. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly functionName: string;
  readonly region: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Name of the handler's export; default: `handler`. */
  readonly exportName?: string | undefined;
  /** Makes the value of `Authorization`, for a server that asks for a token. */
  readonly authorization?: (() => Promise<string>) | undefined;
}

/** What became of a server that was loaded and asked for its tools. */
export interface ServerCheck {
  /** Their names; undefined when the server did not say. */
  readonly tools: readonly string[] | undefined;
  /** The same, as it listed them. */
  readonly definitions?: readonly ListedTool[];
  /** Why it does not hold; undefined when it does. */
  readonly problem: string | undefined;
  /** What it logged, without Lambda's own lines. */
  readonly output: readonly string[];
  /** Until it had answered; milliseconds. */
  readonly duration: number;
}

interface ListedTool {
  readonly name: string;
  readonly inputSchema?: unknown;
  readonly outputSchema?: unknown;
}

const REVISION_2026 = '2026-07-28';

/** As the two eras ask. A server of either answers one of them. */
const QUESTIONS = [
  { headers: {}, params: {} },
  {
    headers: { 'mcp-protocol-version': REVISION_2026, 'mcp-method': 'tools/list' },
    params: {
      _meta: {
        'io.modelcontextprotocol/protocolVersion': REVISION_2026,
        'io.modelcontextprotocol/clientInfo': { name: 'lambda-mcp dev', version: '1.0.0' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  },
];

/** Loads a server in an environment of its own, which no caller meets, and asks for its tools. Leaves no record. */
export async function checkServer(options: CheckOptions): Promise<ServerCheck> {
  const started = performance.now();
  const log: string[] = [];
  const { entry, environment, functionName, region, timeout, exportName } = options;
  const functionArn = `arn:aws:lambda:${region}:111122223333:function:${functionName}`;
  const environments = createEnvironments({
    entry,
    environment,
    ...(exportName !== undefined && { exportName }),
    functionName,
    functionArn,
    region,
    version: '$LATEST',
    timeoutMs: timeout,
    memoryMb: 512,
    maxConcurrency: 1,
    log: (line) => log.push(line),
  });
  const ended = (found: Pick<ServerCheck, 'tools' | 'definitions' | 'problem'>): ServerCheck => ({
    ...found,
    output: log.filter((line) => !isRecordOrPlatform(line)).map(withoutOurFrames),
    duration: Math.round(performance.now() - started),
  });
  let answer: Answer = {};
  try {
    const signedIn = options.authorization && { authorization: await options.authorization() };
    for (const { headers, params } of QUESTIONS) {
      const requestId = randomUUID();
      const body = { jsonrpc: '2.0', id: 1, method: 'tools/list', params };
      const { contentType, body: chunks } = await environments.invoke({
        payload: JSON.stringify(toEvent({ ...headers, ...signedIn }, body, requestId)),
        requestId,
        invokedFunctionArn: functionArn,
      });
      if (contentType === 'application/json') {
        return ended({ tools: undefined, problem: LOST_MARK });
      }
      answer = await readAnswer(await readResponse(chunks));
      const definitions = answer.result?.tools;
      if (definitions) return ended({ tools: definitions.map(({ name }) => name), definitions, problem: undefined });
      if (answer.error?.code === -32603) break;
    }
    const failed = answer.error?.code === -32603 || answer.error === undefined;
    const problem = `It was loaded, and answers tools/list with: ${answer.error?.message ?? answer.text ?? 'nothing'}`;
    // A server without tools says that there is no such method.
    return ended({ tools: answer.error?.code === -32601 ? [] : undefined, problem: failed ? problem : undefined });
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    return ended({ tools: undefined, problem: explainFailure(error) });
  } finally {
    await environments.close();
  }
}

/** Of a stack, what lies below the server's own frames. */
const OUR_FRAME = /^ +at .*(?:node:|[/\\]local[/\\]execution[/\\])/;

/** @param line of a log, which may hold a whole stack with its line breaks escaped */
function withoutOurFrames(line: string): string {
  return line
    .split(/(?=\\n {4}at )/)
    .filter((part) => !OUR_FRAME.test(part.replace(/^\\n/, '')))
    .join('');
}

/** Why a server could not be loaded, without the frames of what loads it. */
function explainFailure({ errorType, errorMessage, trace = [] }: FunctionError): string {
  const frames = trace.filter((line) => !OUR_FRAME.test(line));
  if (errorType === 'Runtime.HandlerNotFound') {
    return `${errorMessage}. Lambda calls \`export const handler = createLambdaHandler(…)\`.`;
  }
  if (frames.length > 0) return [...frames, ...hintOf(errorMessage)].join('\n');
  const said = errorMessage.replace(/^RequestId: \S+ (?:Error: )?/, '');
  const reason = /status 13$/.test(said)
    ? 'a promise that it awaits at its top never settles'
    : errorType === 'Runtime.ExitError'
      ? 'it ended its process: process.exit, or an error that nothing catches'
      : undefined;
  return `${said}${reason === undefined ? '' : `: ${reason}`}.`;
}

/** What no bundle has: a file that its package finds from where it was installed. */
function hintOf(message: string): string[] {
  if (!/Cannot find module '(?:[/\\.]|[A-Za-z]:)|ENOENT/.test(message)) return [];
  return [
    'If a package looks for a file of its own, leave it out of the bundle: dev --node-modules PACKAGE, and in McpFunction ' +
      "bundling: { nodeModules: ['PACKAGE'] }.",
  ];
}

interface Answer {
  readonly result?: { readonly tools?: readonly ListedTool[] };
  readonly error?: { readonly code: number; readonly message: string };
  readonly text?: string;
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  for (const json of [text, ...[...text.matchAll(/^data: ?(.*)$/gm)].map(([, data = '']) => data)]) {
    try {
      const message: Answer | undefined = JSON.parse(json);
      if (message?.result ?? message?.error) return message as Answer;
    } catch {
      // The frame of a stream.
    }
  }
  return { text: `${response.status} ${text.slice(0, 200)}` };
}

function toEvent(headers: Readonly<Record<string, string>>, body: unknown, requestId: string) {
  const all = {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    'user-agent': 'lambda-mcp-dev',
    ...headers,
  };
  return requestToEvent(
    { method: 'POST', target: '/', headers: Object.entries(all), body: Buffer.from(JSON.stringify(body)) },
    {
      requestId,
      accountId: '111122223333',
      urlId: 'check',
      domainName: '127.0.0.1',
      sourceIp: '127.0.0.1',
      time: new Date(),
    },
  );
}

function isRecordOrPlatform(line: string): boolean {
  return (
    /^(?:INIT_START |INIT_REPORT |(?:START |END |REPORT )?RequestId: )/.test(line) ||
    /^\{.*"(?:_aws|announces)":/.test(line)
  );
}
