import { readFileSync } from 'node:fs';

/** Memory of a process that is resident: now, and at its highest; MB. */
export interface ResidentMemory {
  readonly now: number;
  readonly peak: number;
}

/** @returns undefined where the system tells nothing of it: Linux alone does, and of a process that lives */
export function residentMemory(pid: number): ResidentMemory | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const megabytes = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
    const [now, peak] = [megabytes('VmRSS'), megabytes('VmHWM')];
    return Number.isNaN(now) || Number.isNaN(peak) ? undefined : { now, peak };
  } catch {
    return undefined;
  }
}
