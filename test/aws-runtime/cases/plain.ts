import { viaInvoke } from '../observe.ts';
import type { Case, Group } from './case.ts';

const raw = (name: string, path: string, expected: string): Case => ({
  name,
  expected,
  observe: (lambda) => viaInvoke(lambda, path),
});

const UNSTRINGABLE = 'Runtime.JSONStringifyError: Unable to stringify response body';

/** Handlers that do not stream. */
export const plain: readonly Group[] = [
  {
    title: 'A handler without streaming',
    entry: 'functions/plain.ts',
    cases: [
      raw('returns an object', '/object', '{"statusCode":201,"body":"ä"}'),
      raw('returns undefined', '/nothing', 'null'),
      raw('returns text', '/text', '"text"'),
      raw('returns a promise', '/promise', '1'),
      raw('returns a circle', '/circular', UNSTRINGABLE),
      raw('returns a bigint', '/bigint', UNSTRINGABLE),
      raw('throws', '/throw', 'OwnError: no good'),
    ],
  },
];
