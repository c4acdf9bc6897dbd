import { readFileSync, writeFileSync } from 'node:fs';

/** Resident memory of this process; bytes. */
export interface Memory {
  readonly now: number;
  /** The most since {@link resetPeak}; where the system keeps none, since the process began. */
  readonly peak: number;
}

export function readMemory(): Memory {
  return { now: process.memoryUsage.rss(), peak: peakOfLinux() ?? process.resourceUsage().maxRSS * 1024 };
}

/** Sweeps the heap, and forgets the peak so far. */
export function resetPeak(): void {
  globalThis.gc?.();
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Only Linux has it.
  }
}

function peakOfLinux(): number | undefined {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
