import type { Section, Table } from '../section.ts';
import { LINES, type Line, session, WAYS, type Way } from './connections.ts';
import { type Count, type CountedLambda, startCountedLambda } from './counted-lambda.ts';

/** What AWS bills for one short session, and how many requests it takes: counted, not timed. */
export async function measureSection(): Promise<Section> {
  await using lambda = await startCountedLambda();
  // For awslabs' Invoke transport, which takes neither endpoint nor credentials.
  process.env.AWS_ENDPOINT_URL_LAMBDA = lambda.lambdaEndpoint;
  process.env.AWS_ACCESS_KEY_ID = lambda.agent.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = lambda.agent.secretAccessKey;
  if (lambda.agent.sessionToken) process.env.AWS_SESSION_TOKEN = lambda.agent.sessionToken;
  const counted: { readonly way: Way; readonly outcomes: readonly Outcome[] }[] = [];
  for (const way of WAYS) {
    const outcomes: Outcome[] = [];
    for (const line of LINES) outcomes.push(await outcome(way, line, lambda));
    counted.push({ way, outcomes });
  }
  return {
    title: 'Billed invocations of a session',
    how: HOW,
    tables: [table('Billed invocations', 'billed', counted), table('HTTP requests', 'requests', counted)],
    targets: Object.entries(WANTED).map(([line, wanted]) => {
      const at = LINES.indexOf(line as Line);
      const ours = counted.filter(({ way }) => way.role === 'ours').map(({ outcomes }) => outcomes[at]);
      return {
        what: `${line}: connect, list, call, by URL and by Invoke`,
        wanted: `${wanted}`,
        seen: ours.map((each) => (typeof each === 'object' ? `${each.billed}` : `${each}`)).join(' and '),
        reached: ours.every((each) => typeof each === 'object' && each.billed === wanted),
      };
    }),
    findings: [
      ...FINDINGS,
      ...counted.flatMap(({ way, outcomes }) =>
        outcomes.flatMap((each) => (typeof each === 'string' && each !== NONE ? [`${way.name} ${each}`] : [])),
      ),
    ],
  };
}

const WANTED: Partial<Record<Line, number>> = {
  'v1, 2025-11-25': 3,
  'v2, 2025-11-25': 3,
  'v2, 2026-07-28, known server': 2,
};

const FINDINGS = [
  'To connect is a request of its own in both eras: `initialize`, or `server/discover`. In the 2026 era an agent that kept ' +
    'what it discovered (`client.connect(transport, { prior })`) does without it, by any transport: two are left, the list ' +
    'and the call. In the 2025 era the two that we save are the notification `initialized` and the GET for a stream of ' +
    'server messages, both of which a stateless server ignores.',
  'awslabs’ `LambdaFunctionClientTransport` invokes with the bare JSON-RPC message for an event. Only awslabs’ own handlers ' +
    'take that; a server for function URLs does not.',
];

/** The count, or why there is none. */
type Outcome = Count | string;
const NONE = 'no such transport';

async function outcome(way: Way, line: Line, lambda: CountedLambda): Promise<Outcome> {
  if (line !== LINES[0] && !way.v2) return NONE;
  const failure = await session(way, line, lambda).then(
    () => undefined,
    (error: Error) => error,
  );
  const count = await lambda.count();
  return failure ? `fails: ${failure.message.slice(0, 200)}` : count;
}

function table(
  title: string,
  what: keyof Count,
  counted: readonly { readonly way: Way; readonly outcomes: readonly Outcome[] }[],
): Table {
  return {
    title,
    columns: LINES.map((line) => ({ title: line })),
    rows: counted.map(({ way: { name, role }, outcomes }) => ({
      name,
      role,
      cells: outcomes.map((each) => (typeof each === 'object' ? each[what] : each === NONE ? '–' : 'fails')),
    })),
  };
}

const HOW = [
  'A client connects, lists the tools and calls one, at a stateless server on the local Lambda. Billed is what its trail ' +
    'records as an invocation, as CloudTrail would; what AWS refuses before it invokes anything is not. Counted once ' +
    'nothing more comes, since a client also asks for a stream of server messages and sends notifications in the background.',
];
