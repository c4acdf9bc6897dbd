import { createVitest, type TestSpecification } from 'vitest/node';

/** What a worker is asked: run these test files in this order, after those other files changed. */
export interface Order {
  readonly tests: readonly string[];
  readonly changed: readonly string[];
}

/** What it answers: the first test file that failed, if one did, and which of its tests. */
export interface Outcome {
  readonly failed: string | undefined;
  readonly name?: string;
}

class AsGiven {
  sort(specifications: TestSpecification[]): TestSpecification[] {
    return specifications;
  }
  shard(specifications: TestSpecification[]): TestSpecification[] {
    return specifications;
  }
}

// A warm vitest in its own copy of the project, which is the working directory.
const vitest = await createVitest('test', {
  watch: false,
  bail: 1,
  maxWorkers: 1,
  fileParallelism: false,
  reporters: [{ onInit() {} }],
  sequence: { sequencer: AsGiven },
});
const known = new Map((await vitest.globTestSpecifications()).map((test) => [test.moduleId, test]));

process.on('message', async ({ tests, changed }: Order) => {
  for (const file of changed) vitest.invalidateFile(file);
  const specifications = tests.flatMap((test) => known.get(`${process.cwd()}/${test}`) ?? []);
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
  // Vitest gives the modules of earlier runs too, as they were, and in an order of its own.
  const failed = specifications
    .map(({ moduleId }) => testModules.find((module) => module.moduleId === moduleId))
    .find((module) => module?.state() === 'failed');
  const [test] = failed?.children.allTests('failed') ?? [];
  const outcome: Outcome =
    failed || unhandledErrors.length === 0
      ? { failed: failed?.relativeModuleId, name: test?.fullName ?? '' }
      : { failed: 'an unhandled error' };
  process.send?.(outcome);
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
