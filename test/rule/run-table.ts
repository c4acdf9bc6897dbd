import { invokeFetch, sigv4Fetch } from 'lambda-mcp/fetch';
import type { Cell } from './axes.ts';
import { compare } from './compare.ts';
import { heldMessage } from './held-message.ts';
import { methodOf, type Observation, observe, type Pace } from './observe.ts';
import { type RawServer, startRawServer } from './raw-server.ts';

/** Clients that mostly wait can be many. */
const AT_ONCE = 24;
/** On a busy machine a client may seem to wait, and bytes may come after their connection's end: then once more, slowly. */
const PACES: readonly Pace[] = [
  { patience: 400, pause: 15 },
  { patience: 2500, pause: 250 },
  { patience: 20_000, pause: 1000 },
];

/** A way of answering that is not seen alike. */
export interface Problem {
  readonly by: string;
  readonly what: string;
  readonly cell: Cell;
}

export function describeProblem({ by, what, cell }: Problem): string {
  return `${by} ${what}\n  ${JSON.stringify(cell)}`;
}

/** Compares what a client sees with the stock `fetch` and with ours. */
export async function runTable(cells: Iterable<Cell>): Promise<Problem[]> {
  const server = await startRawServer();
  const problems: Problem[] = [];
  const left = cells[Symbol.iterator]();
  const ways = ourFetches(server);
  async function work(): Promise<void> {
    for (let next = left.next(); !next.done; next = left.next())
      problems.push(...(await check(next.value, ways, server)));
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    await server.close();
  }
  return problems;
}

type Fetches = Readonly<Record<string, typeof fetch>>;

function ourFetches({ origin }: RawServer): Fetches {
  const options = {
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    region: 'us-east-1',
    retry: { baseDelay: 1 },
  };
  return { sigv4Fetch: sigv4Fetch(options), invokeFetch: invokeFetch('server', { ...options, endpoint: origin }) };
}

async function check(cell: Cell, ways: Fetches, server: RawServer): Promise<Problem[]> {
  let suspects = Object.keys(ways);
  let problems: Problem[] = [];
  for (const pace of PACES) {
    const [stock, ...seen] = await Promise.all([
      observe(cell, fetch, server, pace),
      ...suspects.map((by) => observe(cell, ways[by] as typeof fetch, server, pace)),
    ]);
    problems = await compareAll(cell, stock as Observation, suspects, seen, server);
    suspects = problems.map(({ by }) => by);
    if (suspects.length === 0) break;
  }
  return problems;
}

async function compareAll(
  cell: Cell,
  stock: Observation,
  suspects: readonly string[],
  seen: readonly Observation[],
  server: RawServer,
): Promise<Problem[]> {
  const held = await heldMessage(cell, methodOf(cell), stock.id);
  const plainValue = await plain(cell, server);
  return seen.flatMap((ours, i) => {
    const what = compare({ cell, stock, ours, held, plainValue });
    return what === undefined ? [] : [{ by: suspects[i] ?? '', what, cell }];
  });
}

const plainValues = new Map<string, Promise<string>>();

/** What a stock client gives for the plain answer. */
function plain({ client, message }: Cell, server: RawServer): Promise<string> {
  const key = `${client} ${message}`;
  const known = plainValues.get(key) ?? observePlain({ client, message }, server);
  plainValues.set(key, known);
  return known;
}

async function observePlain(asked: Pick<Cell, 'client' | 'message'>, server: RawServer): Promise<string> {
  const cell: Cell = {
    ...asked,
    outcome: 'result',
    status: 200,
    type: 'application/json',
    id: 'number',
    shape: 'one message',
    start: 'plain',
    lines: 'LF',
    event: 'named',
    data: 'on one line',
    around: 'nothing',
    encoding: 'identity',
    framing: 'content-length',
    end: { how: 'closed', missing: 0 },
  };
  const { outcome } = await observe(cell, fetch, server, { patience: 10_000, pause: 0 });
  if (outcome.kind !== 'result') throw new Error(`The plain answer gave ${JSON.stringify(outcome)}`);
  return outcome.value;
}
