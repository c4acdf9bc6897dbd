import { redact } from '../../transport/signing/redact.ts';
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
  /** What `detail` says, for programs: numbers in the unit that their name ends with, such as `aheadMs`. */
  readonly facts?: Facts;
  /** For a failure: what the command ends with. */
  readonly exitCode?: ExitCode;
}

export type Facts = Readonly<Record<string, number | string | boolean | readonly string[]>>;

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

/** Those of a server that people sign in to, or that takes a token. */
export const SIGN_IN_STEPS = [
  'target',
  'proxy',
  'dns',
  'tls',
  'request without a token',
  'clock',
  'issuer',
  'credentials',
  'request with a token',
  'protocol',
  'tools',
  'latency',
] as const;

export type Step = (typeof STEPS | typeof SIGN_IN_STEPS)[number];

export function pass(step: Step, detail: string, advice?: string): Finding {
  return finding(step, 'pass', detail, advice);
}

export function unknown(step: Step, detail: string, advice?: string): Finding {
  return finding(step, 'unknown', detail, advice);
}

export function fail(step: Step, detail: string, advice?: string, exitCode: ExitCode = ExitCode.failed): Finding {
  return { ...finding(step, 'fail', detail, advice), exitCode };
}

/** What a server said may repeat a secret. */
function finding(step: Step, status: Finding['status'], detail: string, advice = ''): Finding {
  return { step, status, detail: redact(detail), ...(advice && { advice: redact(advice) }) };
}

/** A finding with what it says in numbers. */
export function withFacts(finding: Finding, facts: Facts): Finding {
  return { ...finding, facts: { ...finding.facts, ...facts } };
}

/** The exit status of the first failure. */
export function exitCodeOf(findings: readonly Finding[]): ExitCode {
  return findings.find(({ status }) => status === 'fail')?.exitCode ?? ExitCode.ok;
}
