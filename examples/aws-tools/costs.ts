import {
  type CostExplorerClient,
  DataUnavailableException,
  GetCostAndUsageCommand,
  GetCostForecastCommand,
  type Group,
} from '@aws-sdk/client-cost-explorer';
import type { Month } from './month.ts';

export interface Cost {
  readonly service: string;
  readonly amount: number;
}

export interface Costs {
  /** `USD` */
  readonly currency: string;
  readonly previousMonth: readonly Cost[];
  /** Of the whole days that have passed. */
  readonly monthToDate: readonly Cost[];
  /** Of the days from today on; undefined when Cost Explorer has too little history to tell. */
  readonly forecast: number | undefined;
}

/**
 * What the previous month and this one cost, by service, and what the rest of this one is expected to cost. Two requests
 * or more, at 0.01 USD each.
 *
 * The forecast is asked for by day: the documentation does not say whether that of a month that has begun includes what
 * has been spent.
 *
 * Source: AWS Billing and Cost Management API Reference, GetCostAndUsage and GetCostForecast. Ends are exclusive.
 */
export async function readCosts(client: CostExplorerClient, month: Month, abortSignal: AbortSignal): Promise<Costs> {
  const [usage, forecast] = await Promise.all([
    readUsage(client, month, abortSignal),
    readForecast(client, month, abortSignal),
  ]);
  return { ...usage, forecast };
}

async function readUsage(client: CostExplorerClient, { previousStart, start, today }: Month, abortSignal: AbortSignal) {
  const found = new Map<string, Group[]>();
  let NextPageToken: string | undefined;
  do {
    const page = await client.send(
      new GetCostAndUsageCommand({
        TimePeriod: { Start: previousStart, End: today },
        Granularity: 'MONTHLY',
        Metrics: ['UnblendedCost'],
        GroupBy: [{ Type: 'DIMENSION', Key: 'SERVICE' }],
        NextPageToken,
      }),
      { abortSignal },
    );
    for (const { TimePeriod, Groups = [] } of page.ResultsByTime ?? []) {
      const period = TimePeriod?.Start ?? '';
      found.set(period, [...(found.get(period) ?? []), ...Groups]);
    }
    NextPageToken = page.NextPageToken;
  } while (NextPageToken);
  const groups = [...found.values()].flat();
  return {
    currency: groups[0]?.Metrics?.UnblendedCost?.Unit ?? 'USD',
    previousMonth: (found.get(previousStart) ?? []).map(toCost),
    monthToDate: (found.get(start) ?? []).map(toCost),
  };
}

function toCost({ Keys, Metrics }: Group): Cost {
  return { service: Keys?.[0] ?? 'unknown', amount: Number(Metrics?.UnblendedCost?.Amount ?? 0) };
}

async function readForecast(client: CostExplorerClient, { today, end }: Month, abortSignal: AbortSignal) {
  try {
    const { Total } = await client.send(
      new GetCostForecastCommand({
        TimePeriod: { Start: today, End: end },
        Granularity: 'DAILY',
        Metric: 'UNBLENDED_COST',
      }),
      { abortSignal },
    );
    return Number(Total?.Amount ?? 0);
  } catch (error) {
    if (error instanceof DataUnavailableException) return undefined;
    throw error;
  }
}
