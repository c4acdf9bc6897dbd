import type { Bench } from './bench.ts';
import type { Coverage } from './coverage.ts';
import type { Mutant } from './mutants.ts';

export type Fate = 'killed' | 'hung' | 'survived' | 'not reached';

export interface Verdict {
  readonly mutant: Mutant;
  readonly fate: Fate;
  /** The test file that killed it. */
  readonly by?: string;
}

/** Tries each mutant on the next free bench: its tests, the likeliest to notice soon first, until one fails. */
export async function tryMutants(
  benches: readonly Bench[],
  mutants: readonly Mutant[],
  coverage: Coverage,
  report: (verdict: Verdict) => void,
): Promise<readonly Verdict[]> {
  const verdicts = new Map<Mutant, Verdict>();
  const left = [...mutants];
  const kills = new Map<string, number>();
  await Promise.all(
    benches.map(async (bench) => {
      let changed: readonly string[] = [];
      for (let mutant = left.shift(); mutant; mutant = left.shift()) {
        const { file } = mutant;
        const cost = (test: string) => coverage.duration(test) / (1 + (kills.get(`${file} ${test}`) ?? 0));
        const tests = coverage.testsOf(mutant.block).toSorted((a, b) => cost(a) - cost(b));
        let verdict: Verdict = { mutant, fate: 'not reached' };
        if (tests.length > 0) {
          changed = [...changed, ...bench.tree.write(file, mutant.text)];
          const outcome = await bench.tests.run({ tests, changed }, limit(tests, coverage));
          changed = bench.tree.restore(file);
          verdict = judge(mutant, outcome);
          const killer = `${file} ${verdict.by}`;
          kills.set(killer, (kills.get(killer) ?? 0) + 1);
        }
        verdicts.set(mutant, verdict);
        report(verdict);
      }
    }),
  );
  return mutants.flatMap((mutant) => verdicts.get(mutant) ?? []);
}

function judge(mutant: Mutant, outcome: Awaited<ReturnType<Bench['tests']['run']>>): Verdict {
  if (outcome === 'hung') return { mutant, fate: 'hung' };
  return outcome.failed ? { mutant, fate: 'killed', by: outcome.failed } : { mutant, fate: 'survived' };
}

/** Three times what the tests take, and ten seconds: a machine may be busy. */
function limit(tests: readonly string[], { duration }: Coverage): number {
  return tests.reduce((sum, test) => sum + duration(test), 0) * 3 + 10_000;
}
