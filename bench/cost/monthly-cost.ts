import { GUIDANCE, PRICES } from './prices.ts';

/** What calls are like. */
export interface Calls {
  /** How long the function runs for one, rounded up to 1 ms by AWS; milliseconds. */
  readonly duration: number;
  /** Of the function; MB. */
  readonly memory: number;
  /** Milliseconds of an initialisation, and the share of the calls that meet one. */
  readonly init: number;
  readonly coldShare: number;
  /** Of an answer, to the internet; bytes. */
  readonly responseBytes: number;
  /** Of the function's log, a call; bytes. */
  readonly logBytes: number;
  /** Of a trail's record; bytes. */
  readonly trailBytes: number;
}

/** What is on besides the function: its log, the trail and its copy in CloudWatch Logs, traces with metrics and a dashboard. */
export type Extent = 'function' | 'log' | 'trail' | 'everything';

export interface Costs {
  readonly requests: number;
  readonly time: number;
  readonly init: number;
  readonly traffic: number;
  readonly log: number;
  readonly trail: number;
  /** Traces, metrics, alarms and the dashboard. */
  readonly watching: number;
  readonly total: number;
}

const EXTENTS: readonly Extent[] = ['function', 'log', 'trail', 'everything'];
const SECONDS_A_MONTH = 30 * 24 * 3600;

/** A month of so many calls with this design; dollars. */
export function lambdaCost(count: number, calls: Calls, extent: Extent): Costs {
  const { lambda, cloudWatch, cloudTrail, traffic } = PRICES;
  const has = (wanted: Extent) => EXTENTS.indexOf(extent) >= EXTENTS.indexOf(wanted);
  const gigabyteSeconds = (milliseconds: number) => (count * milliseconds * calls.memory) / 1000 / 1024;
  const logged = (bytes: number) => gigabytes(count * bytes) * cloudWatch.logGigabyte;
  return summed({
    requests: count * lambda.request,
    time: gigabyteSeconds(Math.ceil(calls.duration)) * lambda.gigabyteSecond,
    init: gigabyteSeconds(calls.init * calls.coldShare) * lambda.gigabyteSecond,
    traffic: beyond(gigabytes(count * calls.responseBytes), traffic.freeGigabytes) * traffic.gigabyte,
    log: has('log') ? logged(calls.logBytes) : 0,
    trail: has('trail') ? count * cloudTrail.dataEvent + logged(calls.trailBytes) : 0,
    watching: has('everything') ? watching(count) : 0,
  });
}

/** Traces: one a second, and 5 % of the rest. Metrics: two of the function and two of each of two tools. Four alarms. */
function watching(count: number): number {
  const { xray, cloudWatch } = PRICES;
  const traced = Math.min(count, SECONDS_A_MONTH) + 0.05 * beyond(count, SECONDS_A_MONTH);
  return traced * xray.trace + 6 * cloudWatch.metric + cloudWatch.dashboard + 4 * cloudWatch.alarm;
}

/** A month of so many calls with AWS's guidance: its fixed rows as published, traffic and requests by list price; dollars. */
export function guidanceCost(count: number, { responseBytes }: Pick<Calls, 'responseBytes'>): number {
  const { CloudFront: _, ...fixed } = GUIDANCE;
  const { cloudFront, loadBalancer } = PRICES;
  const sent = gigabytes(count * responseBytes);
  return (
    Object.values(fixed).reduce((sum, row) => sum + row, 0) +
    beyond(sent, cloudFront.freeGigabytes) * cloudFront.gigabyte +
    beyond(count, cloudFront.freeRequests) * cloudFront.httpsRequest +
    beyond(sent, loadBalancer.publishedGigabytes) * loadBalancer.gigabyte
  );
}

/** From how many calls a month on the guidance costs less; none where it does not up to 10¹⁰. */
export function breakEven(calls: Calls, extent: Extent): number | undefined {
  const isDearer = (count: number) => lambdaCost(count, calls, extent).total > guidanceCost(count, calls);
  let [low, high] = [0, 1e10];
  if (!isDearer(high)) return undefined;
  while (high - low > 1000) {
    const middle = (low + high) / 2;
    if (isDearer(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function summed(costs: Omit<Costs, 'total'>): Costs {
  return { ...costs, total: Object.values(costs).reduce((sum, cost) => sum + cost, 0) };
}

function gigabytes(bytes: number): number {
  return bytes / 1e9;
}

function beyond(amount: number, free: number): number {
  return Math.max(0, amount - free);
}
