import type { ResidentMemory } from './resident-memory.ts';

/** How often it is looked at. */
const INTERVAL_MS = 20;

export interface MemoryWatch {
  /** The most that was resident; MB. Undefined where the system does not tell. */
  peakMb(): number | undefined;
  stop(): void;
}

/**
 * Looks at the memory of an environment while it works.
 *
 * @param onTooMuch when more is resident than it may have
 */
export function watchMemory(
  memoryMb: number,
  read: () => ResidentMemory | undefined,
  works: () => boolean,
  onTooMuch: () => void,
): MemoryWatch {
  let peakMb: number | undefined;

  function look(): ResidentMemory | undefined {
    const memory = read();
    if (memory) peakMb = Math.min(Math.ceil(memory.peak), memoryMb);
    return memory;
  }

  const timer = setInterval(() => {
    if (!works()) return;
    const { now = 0 } = look() ?? {};
    if (now > memoryMb) {
      peakMb = memoryMb;
      onTooMuch();
    }
  }, INTERVAL_MS).unref();

  return {
    peakMb() {
      look();
      return peakMb;
    },
    stop: () => clearInterval(timer),
  };
}
