import { figure } from '../markdown.ts';
import type { Section, Target } from '../section.ts';
import { CALLED } from '../server/tools.ts';
import { DOCUMENTED, DOCUMENTED_SUMS, LARGE, MEMORY, MEMORY_SIZES, type Scenario } from './assumptions.ts';
import { dollars } from './dollars.ts';
import { type MeasuredServer, measureServer } from './measured-server.ts';
import { guidanceCost, lambdaCost } from './monthly-cost.ts';
import { GUIDANCE } from './prices.ts';
import { breakEvenTable, measuredTable, megabytes, monthlyTable, perMillionTable } from './tables.ts';

const QUICK = process.env.LAMBDA_MCP_BENCH_QUICK === '1';
const COUNTS = { ...(QUICK ? { warm: 5, cold: 2 } : { warm: 300, cold: 10 }), memorySizes: MEMORY_SIZES };
/** A function of so many MB has the processor time of one vCPU. Source: AWS Lambda Developer Guide, "Configure Lambda function memory". */
const MEMORY_OF_A_VCPU = 1769;

export async function measureSection(): Promise<Section> {
  const quickstart = await measureServer(
    { entry: '../../examples/quickstart/server.ts', tool: 'greet', args: { name: 'Ada' } },
    COUNTS,
  );
  const twenty = await measureServer(
    { entry: 'functions/twenty-tools.ts', tool: CALLED.name, args: CALLED.arguments },
    COUNTS,
  );
  const least = MEMORY_SIZES.find((size) => megabytes(twenty, size) < 0.8 * size) ?? MEMORY;
  const waiting = { ...DOCUMENTED, duration: 1000 + DOCUMENTED.duration };
  const scenarios: readonly Scenario[] = [
    { name: 'answers of 2 KB', calls: DOCUMENTED, extents: ['log', 'trail', 'everything'] },
    { name: 'answers of 130 KB', calls: LARGE, extents: ['log', 'everything'] },
    { name: `waits a second, ${MEMORY} MB`, calls: waiting, extents: ['log', 'everything'] },
    { name: `waits a second, ${least} MB`, calls: { ...waiting, memory: least }, extents: ['log', 'everything'] },
  ];
  return {
    title: 'What it costs',
    how: [
      'Dollars at list prices of us-east-1, written down from memory in `bench/cost/prices.ts` and not re-checked. Time, sizes ' +
        'and memory are measured: both servers bundled as they are deployed and called through the local Lambda (protocol ' +
        '2026-07-28), time and initialisation from its REPORT lines; memory is that of a process that runs the bundle and ' +
        'nothing else, at most.',
      `This processor is not Lambda’s: with ${MEMORY} MB a function has ${figure(MEMORY / MEMORY_OF_A_VCPU)} of one, and so a call ` +
        `that only computes takes ${figure(MEMORY_OF_A_VCPU / MEMORY)} times as long or longer. What follows from three and ten ` +
        'times the measured time stands beside it; a month is reckoned with the 30 ms of docs/deploy.md.',
      `AWS’s guidance is its load balancer, Fargate and CloudFront solution: $${sum(Object.values(GUIDANCE)).toFixed(2)} a month by its ` +
        'own table, with 15 M requests and 2 TB. All rows of that table but CloudFront’s are taken as they are, for any number ' +
        `of calls (one Fargate task of one vCPU); CloudFront and traffic by list price, which gives ` +
        `$${dollars(guidanceCost(15e6, LARGE))} for what it reckons with. It has neither an audit trail nor a dashboard in it, and it ` +
        'signs people in, which this design does not.',
    ],
    tables: [
      measuredTable([
        ['quickstart, 3 tools', quickstart],
        ['20 tools', twenty],
      ]),
      perMillionTable(twenty),
      monthlyTable(scenarios),
      breakEvenTable(scenarios),
    ],
    targets: [documentedTarget(), durationTarget(twenty)],
    findings: [
      `A process that runs the server of 20 tools takes ${figure(megabytes(twenty, least))} MB where the heap is bounded as Lambda ` +
        `bounds it with ${least} MB, the least of its usual sizes that leaves a fifth free. What computes costs the same at any ` +
        'size, since half the memory is half the processor; what waits costs half at half the size.',
      `A list of 20 tools is ${figure(twenty.listBytes / 1000)} KB and a call’s answer ${figure(twenty.callBytes / 1000)} KB: an agent ` +
        'that lists before each call sends mostly lists.',
      `The guidance’s one vCPU would be busy for ${figure((100e6 * twenty.call.median) / 1000 / (30 * 24 * 36))} % of a month with ` +
        '100 M such calls, so that its price grows with traffic and hardly with calls. It costs less where calls are many and steady and are ' +
        'all on record here, where tools wait (a waiting function is billed, a waiting task is not), and where much goes out ' +
        '(its first TB is free, here 100 GB are). This design costs less below the break-even, and nearly nothing in an idle month.',
    ],
  };
}

/** What the documents say must follow from the same prices. */
function documentedTarget(): Target {
  const seen = DOCUMENTED_SUMS.map(([count, extent]) => dollars(lambdaCost(count, DOCUMENTED, extent).total));
  const wanted = DOCUMENTED_SUMS.map(([, , sum]) => dollars(sum));
  return {
    what: 'the sums of docs/deploy.md and the README, which add rounded rows, follow from these prices within a cent',
    wanted: wanted.join(', '),
    seen: seen.join(', '),
    reached: DOCUMENTED_SUMS.every(
      ([count, extent, sum]) => Math.abs(lambdaCost(count, DOCUMENTED, extent).total - sum) < 0.011,
    ),
  };
}

function durationTarget({ call }: MeasuredServer): Target {
  const duration = (call.median * MEMORY_OF_A_VCPU) / MEMORY;
  return {
    what: `a call with ${MEMORY} MB’s share of a processor takes no longer than the documents reckon with`,
    wanted: `${DOCUMENTED.duration} ms`,
    seen: `${figure(duration)} ms`,
    reached: duration <= DOCUMENTED.duration,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
