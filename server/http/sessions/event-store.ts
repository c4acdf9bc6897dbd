/** As both SDK lines have it. */
interface EventStore {
  storeEvent(streamId: string, message: unknown): Promise<string>;
  replayEventsAfter(lastEventId: string, to: { send: Send }): Promise<string>;
}

type Send = (eventId: string, message: never) => Promise<void>;

interface StoredEvent {
  readonly streamId: string;
  readonly number: number;
  readonly text: string;
}

/**
 * The last events of one session, from which a client takes up a stream that broke.
 *
 * @param limit of their JSON, in characters; the last one is kept whatever its length
 */
export function createEventStore(limit: number): EventStore {
  const events: StoredEvent[] = [];
  let stored = 0;
  let size = 0;
  return {
    async storeEvent(streamId, message) {
      // Fails, as the transport's own does too late, where JSON cannot hold it.
      const text = JSON.stringify(message);
      stored += 1;
      events.push({ streamId, number: stored, text });
      size += text.length;
      while (size > limit && events.length > 1) size -= events.shift()?.text.length ?? 0;
      return `${streamId}_${stored}`;
    },
    async replayEventsAfter(lastEventId, { send }) {
      const end = lastEventId.lastIndexOf('_');
      const [streamId, last] = [lastEventId.slice(0, end), Number(lastEventId.slice(end + 1))];
      const [first] = events;
      const isKept = first !== undefined && last >= first.number - 1 && last <= stored;
      if (!isKept) throw new Error('The events after this one are kept no more.');
      for (const { streamId: of, number, text } of [...events]) {
        // The event that begins a stream has no message.
        if (of !== streamId || number <= last || text === '{}') continue;
        await send(`${streamId}_${number}`, JSON.parse(text) as never);
      }
      return streamId;
    },
  };
}
