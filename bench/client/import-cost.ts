import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { spread } from '../measure.ts';
import type { Cell, Section } from '../section.ts';
import { PROGRAMS, type Programs, REFUSING_ENDPOINT } from './programs.ts';

const STAGES = ['import', 'sign', 'invoke'] as const;
type Stage = (typeof STAGES)[number];
const TITLES: Record<Stage, string> = { import: 'import', sign: 'and sign', invoke: 'and invoke' };

const BENCH = fileURLToPath(new URL('..', import.meta.url));
const COUNT_MODULES = new URL('count-modules.mjs', import.meta.url).href;
const ROUNDS = process.env.LAMBDA_MCP_BENCH_QUICK ? 1 : 25;

interface Run {
  readonly of: Programs;
  readonly stage: Stage;
  readonly code: string;
  readonly modules: number;
  /** Milliseconds. */
  readonly took: number[];
}

/** How long a process lives that imports a package, and does the first thing with it. */
export async function measureSection(): Promise<Section> {
  const runs = PROGRAMS.flatMap((of) =>
    STAGES.flatMap((stage): Run[] => {
      const code = of[stage];
      return code === undefined ? [] : [{ of, stage, code, modules: countModules(code), took: [] }];
    }),
  );
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let turn = 0; turn < runs.length; turn += 1) {
      const { code, took } = runs[(round + turn) % runs.length] as Run;
      const started = process.hrtime.bigint();
      start(code);
      took.push(Number(process.hrtime.bigint() - started) / 1e6);
    }
  }
  const cells = (of: Programs, stage: Stage): Cell[] => {
    const run = runs.find((each) => each.of === of && each.stage === stage);
    return run ? [spread(run.took), run.modules] : ['–', '–'];
  };
  return {
    title: 'Importing the client',
    how: HOW,
    tables: [
      {
        columns: STAGES.flatMap((stage) => [{ title: TITLES[stage], unit: 'ms' }, { title: 'modules' }]),
        rows: PROGRAMS.map((of) => ({
          name: of.name,
          role: of.role,
          cells: STAGES.flatMap((stage) => cells(of, stage)),
        })),
      },
    ],
    targets: [],
  };
}

/** In a run of its own: to count takes time. */
function countModules(code: string): number {
  const stderr = start(code, ['--import', COUNT_MODULES]);
  return Number(/^modules: (\d+)$/m.exec(stderr)?.[1]);
}

function start(code: string, options: readonly string[] = []): string {
  const { status, stderr } = spawnSync(process.execPath, [...options, '--input-type=module', '--eval', code], {
    cwd: BENCH,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      AWS_ENDPOINT_URL_LAMBDA: REFUSING_ENDPOINT,
      AWS_MAX_ATTEMPTS: '1',
    },
  });
  if (status !== 0) throw new Error(`${code}\n${stderr}`);
  return stderr;
}

const HOW = [
  'The life of a fresh process that imports a package and ends; that also signs a first request, handed to a stub; or that ' +
    'also invokes a function, up to the refusal of a port where nobody listens, with one attempt. Processes start by ' +
    'turns, and each package is loaded from disk as npm installs it. Modules are counted in runs of their own, without ' +
    'Node’s. Importing awslabs’ package loads its server half as well: it has one entry.',
];
