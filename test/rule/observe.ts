import { setTimeout as sleep } from 'node:timers/promises';
import type { Cell } from './axes.ts';
import { createClient, firstMethod, type RuleClient } from './clients.ts';
import type { Place, RawServer } from './raw-server.ts';

/** What a client made of an answer. */
export interface Observation {
  readonly outcome: Outcome;
  /** Of the server, as JSON, in their order. */
  readonly notifications: readonly string[];
  /** The methods of the requests that reached the server, in their order. */
  readonly asked: readonly string[];
  /** Of the request that the cell answered. */
  readonly id: unknown;
}

export type Outcome =
  | { readonly kind: 'result' /** As JSON. */; readonly value: string }
  | { readonly kind: 'error'; readonly name: string; readonly code: unknown; readonly message: string }
  /** For its own time-out. */
  | { readonly kind: 'waits' };

/** How long things are given; milliseconds. */
export interface Pace {
  /** The client's own time-out. */
  readonly patience: number;
  /** Between an answer's last bytes and the break of its connection, and for what comes behind an answer. */
  readonly pause: number;
}

let places = 0;

/** The same stock client against the same answer, with a `fetch` of one's choice. */
export async function observe(
  cell: Cell,
  fetch: typeof globalThis.fetch,
  server: RawServer,
  { patience, pause }: Pace,
): Promise<Observation> {
  places += 1;
  const path = `/${places}`;
  const notifications: string[] = [];
  const place: Place = { cell, method: methodOf(cell), pause, asked: [] };
  server.places.set(path, place);
  const heard = (notification: unknown) => notifications.push(JSON.stringify(notification));
  const client = createClient(cell.client, new URL(server.origin + path), fetch, heard);
  const outcome = await ask(client, cell.message, patience).then(
    (value): Outcome => ({ kind: 'result', value: JSON.stringify(value) }),
    toOutcome,
  );
  await sleep(pause);
  await client.close().catch(() => {});
  server.places.delete(path);
  return { outcome, notifications, asked: place.asked, id: place.id };
}

export function methodOf({ message, client }: Cell): string {
  return message === 'connect' ? firstMethod(client) : message;
}

async function ask(client: RuleClient, message: Cell['message'], patience: number): Promise<unknown> {
  if (message === 'connect') return client.connect(patience);
  await client.connect();
  return message === 'tools/list' ? client.listTools(patience) : client.callTool(patience);
}

/** An SDK's time-out says so. */
function toOutcome(error: unknown): Outcome {
  const { message, code } = error as Error & { code?: unknown };
  if (/timed out/.test(message)) return { kind: 'waits' };
  return { kind: 'error', name: (error as Error).constructor.name, code, message };
}
