import { logError } from '../../log-error.ts';
import type { Session, Sessions } from '../../sessions.ts';
import { createEventStore } from './event-store.ts';
import { FORWARDED, forward } from './forward.ts';
import { createSessionIds } from './session-id.ts';
import type { SessionOptions } from './session-options.ts';

interface Kept {
  readonly session: Session;
  readonly timer: NodeJS.Timeout;
  /** HTTP exchanges under way. */
  uses: number;
}

/** The sessions of this process. */
export interface SessionMap extends Sessions {
  size(): number;
  /** Begins no more, and ends each session as soon as none of its requests runs. */
  stop(): void;
}

/** Of timers in Node; milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** @throws {TypeError} for options that cannot be meant */
export function createSessionMap(options: SessionOptions): SessionMap {
  const { idleTimeout = 30 * 60_000, maxSessions = 1000, maxStoredEvents = 1024 * 1024, cluster } = options;
  assertPositive({ idleTimeout, maxSessions, maxStoredEvents });
  const address = cluster && readAddress(cluster.address ?? '');
  if (cluster && cluster.secret.length < 32) {
    throw new TypeError('The secret of sessions.cluster has fewer than 32 characters. Make one: openssl rand -hex 32');
  }
  const ids = cluster && address ? createSessionIds(address, cluster.secret) : undefined;
  const map = new Map<string, Kept>();
  let isStopping = false;

  function end({ session }: Kept): void {
    session.transport.close().catch(logError);
  }
  function endIfIdle(kept: Kept): void {
    if (kept.uses > 0 || kept.session.running.size > 0) kept.timer.refresh();
    else end(kept);
  }
  return {
    elsewhere(headers) {
      const id = headers.get('mcp-session-id');
      if (!ids || id === null || map.has(id) || headers.has(FORWARDED)) return undefined;
      const named = ids.addressOf(id);
      return named === undefined || named === address ? undefined : (incoming) => forward(incoming, named);
    },
    newId: () => (isStopping || map.size >= maxSessions ? undefined : (ids?.newId() ?? crypto.randomUUID())),
    newEventStore: () => createEventStore(maxStoredEvents),
    size: () => map.size,
    get: (id) => map.get(id)?.session,
    add(id, session) {
      const timer = setTimeout(() => endIfIdle(kept), Math.min(idleTimeout, LONGEST_TIMER)).unref();
      const kept: Kept = { session, uses: 0, timer };
      map.set(id, kept);
    },
    delete(id) {
      clearTimeout(map.get(id)?.timer);
      map.delete(id);
    },
    use(id, finished) {
      const kept = map.get(id);
      if (!kept) return;
      kept.uses += 1;
      kept.timer.refresh();
      finished.then(() => {
        kept.uses -= 1;
        if (map.get(id) === kept) kept.timer.refresh();
      });
    },
    stop() {
      isStopping = true;
      const sweep = () => {
        for (const kept of [...map.values()]) if (kept.session.running.size === 0) end(kept);
        if (map.size > 0) setTimeout(sweep, 50).unref();
      };
      sweep();
    },
  };
}

function readAddress(address: string): string {
  const url = URL.parse(address);
  if (url && /^https?:$/.test(url.protocol)) return url.origin;
  throw new TypeError(
    `sessions.cluster.address is no URL: ${JSON.stringify(address)}. Write http://HOST:PORT, where the other processes ` +
      'reach this one.',
  );
}

function assertPositive(numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (!(value > 0)) throw new TypeError(`sessions.${name} takes a number above 0, not ${value}.`);
  }
}
