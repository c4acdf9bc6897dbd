import type { Section } from '../section.ts';
import { dollars } from './dollars.ts';
import { HOST_COSTS, type Traffic } from './host-cost.ts';

const COUNTS = { '100 k': 100e3, '15 M': 15e6 };
const DURATIONS = { '30 ms': 30, '1 s': 1000 };
const SIZES = { '2 KB': 2000, '130 KB': 130e3 };

/** Each kind of traffic, by name. */
const TRAFFIC: readonly (readonly [name: string, traffic: Traffic])[] = Object.entries(COUNTS).flatMap(
  ([calls, count]) =>
    Object.entries(DURATIONS).flatMap(([time, duration]) =>
      Object.entries(SIZES).map(([size, bytes]) => [`${calls}, ${time}, ${size}`, { count, duration, bytes }] as const),
    ),
);

/** Nothing is measured: the hosts' prices, for the same traffic. */
export async function measureSection(): Promise<Section> {
  return {
    title: 'What each host costs',
    how: [
      'Dollars a month at the list prices of `wire/aws/prices.ts` (us-east-1, November 2026, from memory and not re-checked), ' +
        'without log, trail and free tiers but that of traffic. The formulas are in `bench/cost/host-cost.ts`; docs/hosts.md ' +
        'says what they assume.',
    ],
    tables: [
      {
        title: 'a month, by calls, time of a call and size of an answer, dollars',
        columns: TRAFFIC.map(([title]) => ({ title })),
        rows: Object.entries(HOST_COSTS).map(([name, cost]) => ({
          name,
          role: 'ours' as const,
          cells: TRAFFIC.map(([, traffic]) => dollars(cost(traffic))),
        })),
      },
    ],
    targets: [],
    findings: [],
  };
}
