import { readFileSync } from 'node:fs';
import type { LegResult } from './judge.ts';
import type { Leg } from './legs.ts';

/** A leg as `results.json` keeps it. */
export interface LegSummary extends Leg {
  /** Scenarios that the revision requires and that pass. */
  readonly passed: number;
  readonly required: number;
  /** Required scenarios that fail as expected-failures.json says. */
  readonly expectedFailures: readonly string[];
  /** Required scenarios that fail otherwise. */
  readonly failures: readonly string[];
  /** What the suite ran beyond what is required. */
  readonly beyond: { readonly passed: readonly string[]; readonly failed: readonly string[] };
}

export interface Results {
  /** npm packages under test, with their versions. */
  readonly packages: Readonly<Record<string, string>>;
  readonly legs: readonly LegSummary[];
}

const PACKAGES = ['@modelcontextprotocol/server', '@modelcontextprotocol/client', '@modelcontextprotocol/sdk'];

export function toResults(results: readonly LegResult[]): Results {
  const { devDependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return {
    packages: Object.fromEntries(PACKAGES.map((name) => [name, devDependencies[name]])),
    legs: results.map(summarize),
  };
}

function summarize({ leg, verdicts }: LegResult): LegSummary {
  const required = verdicts.filter((verdict) => verdict.required);
  const beyond = verdicts.filter((verdict) => !verdict.required);
  const failed = required.filter(({ passed }) => !passed);
  return {
    ...leg,
    passed: required.length - failed.length,
    required: required.length,
    expectedFailures: failed.filter(({ expected }) => expected).map(({ scenario }) => scenario),
    failures: failed.filter(({ expected }) => !expected).map(({ scenario }) => scenario),
    beyond: {
      passed: beyond.filter(({ passed }) => passed).map(({ scenario }) => scenario),
      failed: beyond.filter(({ passed }) => !passed).map(({ scenario }) => scenario),
    },
  };
}
