import {
  type CostExplorerClient,
  DataUnavailableException,
  type Expression,
  GetCostAndUsageCommand,
  GetCostForecastCommand,
  type Group,
} from '@aws-sdk/client-cost-explorer';
import type { Month } from './month.ts';

export interface Cost {
  readonly service: string;
  /** 12 digits; empty unless the question was for linked accounts. */
  readonly account: string;
  readonly amount: number;
}

export interface CostQuestion {
  /** 12 digits: what this linked account costs, alone. */
  readonly account?: string | undefined;
  /** Tell which linked account each cost is of. */
  readonly byAccount: boolean;
}

export interface Costs {
  /** `USD` */
  readonly currency: string;
  readonly previousMonth: readonly Cost[];
  /** Of the whole days that have passed. */
  readonly monthToDate: readonly Cost[];
  /** Of the days from today on; undefined when Cost Explorer has too little history to tell. */
  readonly forecast: number | undefined;
  /** Names of linked accounts by their 12 digits. */
  readonly accountNames: ReadonlyMap<string, string>;
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
export async function readCosts(
  client: CostExplorerClient,
  month: Month,
  question: CostQuestion,
  abortSignal: AbortSignal,
): Promise<Costs> {
  const [usage, forecast] = await Promise.all([
    readUsage(client, month, question, abortSignal),
    readForecast(client, month, question, abortSignal),
  ]);
  return { ...usage, forecast };
}

async function readUsage(
  client: CostExplorerClient,
  { previousStart, start, today }: Month,
  { account, byAccount }: CostQuestion,
  abortSignal: AbortSignal,
) {
  const found = new Map<string, Group[]>();
  const accountNames = new Map<string, string>();
  let NextPageToken: string | undefined;
  do {
    const page = await client.send(
      new GetCostAndUsageCommand({
        TimePeriod: { Start: previousStart, End: today },
        Granularity: 'MONTHLY',
        Metrics: ['UnblendedCost'],
        // One request groups by two dimensions at most, and costs no more for it.
        GroupBy: ['SERVICE', ...(byAccount ? ['LINKED_ACCOUNT'] : [])].map((Key) => ({ Type: 'DIMENSION', Key })),
        Filter: only(account),
        NextPageToken,
      }),
      { abortSignal },
    );
    for (const { TimePeriod, Groups = [] } of page.ResultsByTime ?? []) {
      const period = TimePeriod?.Start ?? '';
      found.set(period, [...(found.get(period) ?? []), ...Groups]);
    }
    for (const { Value = '', Attributes } of page.DimensionValueAttributes ?? []) {
      accountNames.set(Value, Attributes?.description ?? '');
    }
    NextPageToken = page.NextPageToken;
  } while (NextPageToken);
  const groups = [...found.values()].flat();
  return {
    currency: groups[0]?.Metrics?.UnblendedCost?.Unit ?? 'USD',
    previousMonth: (found.get(previousStart) ?? []).map(toCost),
    monthToDate: (found.get(start) ?? []).map(toCost),
    accountNames,
  };
}

function only(account: string | undefined): Expression | undefined {
  return account === undefined ? undefined : { Dimensions: { Key: 'LINKED_ACCOUNT', Values: [account] } };
}

function toCost({ Keys, Metrics }: Group): Cost {
  return {
    service: Keys?.[0] ?? 'unknown',
    account: Keys?.[1] ?? '',
    amount: Number(Metrics?.UnblendedCost?.Amount ?? 0),
  };
}

async function readForecast(
  client: CostExplorerClient,
  { today, end }: Month,
  { account }: CostQuestion,
  abortSignal: AbortSignal,
) {
  try {
    const { Total } = await client.send(
      new GetCostForecastCommand({
        TimePeriod: { Start: today, End: end },
        Granularity: 'DAILY',
        Metric: 'UNBLENDED_COST',
        Filter: only(account),
      }),
      { abortSignal },
    );
    return Number(Total?.Amount ?? 0);
  } catch (error) {
    if (error instanceof DataUnavailableException) return undefined;
    throw error;
  }
}
