import { ExitCode } from '../exit-code.ts';

/** What a step found. */
export interface Finding {
  /** Short and fixed, for monitors: `target`, `credentials`, … */
  readonly step: Step;
  readonly status: 'pass' | 'fail' | 'unknown';
  /** What is the case. */
  readonly detail: string;
  /** What to do about it. */
  readonly advice?: string;
  /** For a failure: what the command ends with. */
  readonly exitCode?: ExitCode;
}

/** In the order in which they are taken. */
export const STEPS = [
  'target',
  'proxy',
  'credentials',
  'identity',
  'dns',
  'tls',
  'unsigned request',
  'clock',
  'signed request',
  'protocol',
  'tools',
  'proof of caller',
  'latency',
] as const;

export type Step = (typeof STEPS)[number];

export function pass(step: Step, detail: string, advice?: string): Finding {
  return { step, status: 'pass', detail, ...(advice && { advice }) };
}

export function unknown(step: Step, detail: string, advice?: string): Finding {
  return { step, status: 'unknown', detail, ...(advice && { advice }) };
}

export function fail(step: Step, detail: string, advice?: string, exitCode: ExitCode = ExitCode.failed): Finding {
  return { step, status: 'fail', detail, exitCode, ...(advice && { advice }) };
}

/** The exit status of the first failure. */
export function exitCodeOf(findings: readonly Finding[]): ExitCode {
  return findings.find(({ status }) => status === 'fail')?.exitCode ?? ExitCode.ok;
}
