import { spread } from '../measure.ts';
import type { Row, Spread } from '../section.ts';
import { type ConnectedClient, connect, type Line, type Way } from './clients.ts';
import { type Host, type HostedServer, startHost } from './start-host.ts';

/** A server, and a client that reaches it in some way. */
export interface Contender {
  readonly name: string;
  readonly role: Row['role'];
  readonly server: HostedServer;
  readonly line: Line;
  readonly way: Way;
}

export interface DeliveryOptions {
  /** Calls of each contender. */
  readonly rounds: number;
  /** Calls of each before these. */
  readonly warmUp: number;
  /** Notifications a call. */
  readonly count: number;
  /** Milliseconds between two of them. */
  readonly gapMs: number;
}

/** What became of the notifications of all calls. */
export interface Delivery {
  readonly sent: number;
  readonly seen: number;
  /** How many arrived after the next one was sent. */
  readonly heldBack: number;
  /** From sending to arrival, of each call's first; milliseconds. None if none arrived. */
  readonly first?: Spread;
  /** Of the others. */
  readonly later?: Spread;
}

interface Notification {
  readonly sent: number;
  readonly arrived: number;
}

/** Calls a tool that tells its progress, by turns, and compares when it did with when the caller learned of it. */
export async function measureDelivery<T extends Contender>(
  contenders: readonly T[],
  { rounds, warmUp, count, gapMs }: DeliveryOptions,
): Promise<Map<T, Delivery>> {
  const servers = new Map(contenders.map(({ server }) => [server.join(' '), server]));
  const hosts = new Map<string, Host>();
  const clients = new Map<T, ConnectedClient>();
  const calls = new Map<T, Notification[][]>(contenders.map((contender) => [contender, []]));
  try {
    await Promise.all([...servers].map(async ([key, server]) => hosts.set(key, await startHost(server))));
    for (const contender of contenders) {
      const { address } = hosts.get(contender.server.join(' ')) as Host;
      const client = await connect(contender.line, contender.way, address);
      clients.set(contender, client);
      for (let i = 0; i < warmUp; i += 1) await callOnce(client, count, 0);
    }
    for (let round = 0; round < rounds; round += 1) {
      for (let turn = 0; turn < contenders.length; turn += 1) {
        const contender = contenders[(round + turn) % contenders.length] as T;
        calls.get(contender)?.push(await callOnce(clients.get(contender) as ConnectedClient, count, gapMs));
      }
    }
  } finally {
    for (const client of clients.values()) await client.close();
    for (const host of hosts.values()) host.close();
  }
  return new Map([...calls].map(([contender, made]) => [contender, toDelivery(made, count)]));
}

async function callOnce(client: ConnectedClient, count: number, gapMs: number): Promise<Notification[]> {
  const notifications: Notification[] = [];
  const onprogress = ({ message }: { readonly message?: string | undefined }) => {
    notifications.push({ sent: toMs(BigInt(message ?? 0)), arrived: toMs(process.hrtime.bigint()) });
  };
  const answer = await client.call('steps', { count, gapMs }, { onprogress });
  if (answer !== 'done') throw new Error(`The tool answered ${answer}.`);
  return notifications;
}

function toDelivery(calls: readonly (readonly Notification[])[], count: number): Delivery {
  const latencies = calls.map((call) => call.map(({ sent, arrived }) => arrived - sent));
  const heldBack = calls.flatMap((call) =>
    call.filter(({ arrived }, index) => arrived > (call[index + 1]?.sent ?? Number.POSITIVE_INFINITY)),
  ).length;
  const counts = { sent: calls.length * count, seen: latencies.flat().length, heldBack };
  if (counts.seen === 0) return counts;
  return {
    ...counts,
    first: spread(latencies.flatMap((call) => call.slice(0, 1))),
    later: spread(latencies.flatMap((call) => call.slice(1))),
  };
}

/** The clock counts from the start of the machine, for all its processes alike. */
function toMs(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1e6;
}
