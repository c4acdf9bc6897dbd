import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type Line, type TestClient, type Way } from '../../support/clients.ts';
import { contents, newPath } from '../../support/scratch.ts';
import { caller } from '../lambdas.ts';
import { normalize } from '../observe.ts';
import type { Case, Group } from './case.ts';

const MB = 1024 * 1024;
const GREETINGS = 'Hello number 1, Ada!Hello number 2, Ada!Hello number 3, Ada!';
const TOO_LATE = "The call was stopped after N s, 500 ms before the function's time-out.";

/** What depends on the client and its way. */
interface Expected {
  readonly protocol: string;
  readonly whoami: string;
  /** Of the errors of tools that end the process, and that loop. */
  readonly exit: string;
  readonly loop: string;
}

/** What a client of an MCP SDK sees, by one way, of the quickstart and of a server made with the same SDK line. */
function groups(line: Line, way: Way, server: string, by: Expected): readonly Group[] {
  const session = (name: string, outcome: string, use: (client: TestClient) => Promise<string>): Case => ({
    name,
    expected: outcome,
    async observe(lambda) {
      const client = await connect(line, way, { ...lambda, agent: caller(lambda), admin: caller(lambda) });
      return use(client).finally(() => client.close());
    },
  });
  const failing = (name: string, tool: string, error: string) =>
    session(name, error, (client) => errorOf(client.call(tool), error));

  const entry = `../fixtures/servers/${server}.ts`;
  return [
    {
      title: `The quickstart, called by ${line} over ${way}`,
      entry: '../../examples/quickstart/server.ts',
      cases: [
        session('lists its tools', `${by.protocol}: greet,multi-greet,whoami`, async (client) => {
          return `${client.protocolVersion}: ${await client.toolNames()}`;
        }),
        session('greets, with progress', `1,2,3 ${GREETINGS}`, async (client) => {
          const seen: number[] = [];
          const onprogress = ({ progress }: { progress: number }) => seen.push(progress);
          const { text } = await client.call('multi-greet', { name: 'Ada', delayMs: 20 }, { onprogress });
          return `${seen} ${text}`;
        }),
        session('says who called', by.whoami, async (client) => (await client.call('whoami')).text),
      ],
    },
    {
      title: `A server of the SDK line ${server}, called by ${line} over ${way}`,
      entry,
      cases: [
        session('progress, while the tool runs', '1,2,3: each before the next was sent; done', async (client) => {
          const gate = newPath();
          const seen: number[] = [];
          const onprogress = ({ progress }: { progress: number }) => {
            seen.push(progress);
            writeFileSync(`${gate}.${progress}`, '');
          };
          const { text } = await client.call('steps', { count: 3, gate }, { onprogress });
          return `${seen}: each before the next was sent; ${text}`;
        }),
        session('a result of 20 MB', `${20 * MB} characters`, async (client) => {
          return `${(await client.call('large', { bytes: 20 * MB })).text.length} characters`;
        }),
        session('a tool throws', 'isError true: the tool failed', async (client) => {
          const { isError, text } = await client.call('throw');
          return `isError ${isError}: ${text}`;
        }),
        failing('a tool exits', 'exit', by.exit),
      ],
    },
    {
      title: `A server of the SDK line ${server} with a time-out of 2 seconds`,
      entry,
      timeout: 2000,
      cases: [
        session('a tool waits for ever', `${TOO_LATE} It began;aborted;`, async (client) => {
          const file = newPath();
          const error = await errorOf(client.call('wait', { file }), TOO_LATE);
          while (!contents(file).includes('aborted')) await sleep(10);
          return `${error} It ${contents(file)}`;
        }),
        failing('a tool loops for ever', 'loop', by.loop),
      ],
    },
  ];
}

/** Of the error that a call ends with, the part that is of interest: its words are the client's. */
function errorOf(call: Promise<{ text: string }>, part: string): Promise<string> {
  return call.then(
    ({ text }) => `no error, but ${text}`,
    ({ message }: Error) => (normalize(message).includes(part) ? part : message),
  );
}

/** The newest protocol by the function URL, and the older one by the Invoke API. */
export const mcp: readonly Group[] = [
  ...groups('v2, 2026', 'SigV4', 'v2', {
    protocol: '2026-07-28',
    whoami: 'You are arn:aws:sts::111122223333:assumed-role/caller/local.',
    exit: 'Internal Server Error',
    loop: 'Internal Server Error',
  }),
  ...groups('v1', 'Invoke', 'v1', {
    protocol: '2025-11-25',
    whoami: 'AWS does not tell this server who you are.',
    exit: 'Runtime.ExitError',
    loop: 'Sandbox.Timedout',
  }),
];
