import { CostExplorerClient } from '@aws-sdk/client-cost-explorer';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import type { McpServer } from '@modelcontextprotocol/server';
import type { LambdaContext } from 'lambda-mcp/server';
import * as z from 'zod';
import { orToolError } from './aws-error.ts';
import { type Cost, type Costs, readCosts } from './costs.ts';
import { type Month, monthOf } from './month.ts';
import { countResources, type ResourceCounts } from './resource-counts.ts';
import { timeLimit } from './time-limit.ts';
import { trim } from './trim.ts';

const inputSchema = z.object({
  limit: z.int().min(1).max(100).default(10).describe('How many services and resource types to list, largest first'),
});

const amount = z.number().describe('Rounded to 1/100');
const outputSchema = z.object({
  accountId: z.string(),
  region: z.string().describe('Where resources were counted'),
  currency: z.string(),
  previousMonth: z.object({ start: z.string(), total: amount }),
  monthToDate: z.object({
    start: z.string(),
    until: z.string().describe('Exclusive: today is not in it'),
    total: amount,
    services: z.object({
      rows: z.array(z.object({ service: z.string(), amount })),
      leftOut: z.object({ rows: z.int(), amount }).nullable(),
    }),
  }),
  forecast: z
    .object({ until: z.string().describe('Exclusive'), rest: amount, month: amount })
    .nullable()
    .describe('Of the rest of the month, today included, and of all of it; null: too little history to tell'),
  resources: z.object({
    total: z.int(),
    complete: z.boolean().describe('False: there are more, which were not counted'),
    types: z.object({
      rows: z.array(z.object({ type: z.string(), count: z.int() })),
      leftOut: z.object({ rows: z.int(), count: z.int() }).nullable(),
    }),
  }),
  notes: z.array(z.string()),
});

type Summary = z.infer<typeof outputSchema>;

// Clients outlive a request: they keep connections, which every later request can use.
const costExplorer = new CostExplorerClient();
const tagging = new ResourceGroupsTaggingAPIClient();

export function registerAccountSummary(server: McpServer, lambda: LambdaContext): void {
  server.registerTool(
    'get_account_summary',
    {
      title: 'Account summary',
      description:
        'What this AWS account costs: month to date by service, and the forecast for the month; and how many resources ' +
        'it has in this region, by type. In a management account the costs are those of the organisation.',
      inputSchema,
      outputSchema,
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    },
    async ({ limit }, { mcpReq }) => {
      const signal = timeLimit(lambda, mcpReq.signal);
      return orToolError(signal, async () => {
        const month = monthOf(new Date());
        const [costs, counts] = await Promise.all([
          readCosts(costExplorer, month, signal),
          countResources(tagging, signal),
        ]);
        const [, , , region = '', accountId = ''] = lambda.invokedFunctionArn.split(':');
        const structuredContent = { accountId, region, ...summarize(month, costs, counts, limit) };
        return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
      });
    },
  );
}

function summarize(month: Month, costs: Costs, counts: ResourceCounts, limit: number) {
  const spent = sumOf(costs.monthToDate);
  const total = counts.byType.reduce((sum, { count }) => sum + count, 0);
  const services = trim(
    costs.monthToDate,
    limit,
    (cost) => cost.amount,
    (rest) => ({ amount: toCents(sumOf(rest)) }),
  );
  return {
    currency: costs.currency,
    previousMonth: { start: month.previousStart, total: toCents(sumOf(costs.previousMonth)) },
    monthToDate: {
      start: month.start,
      until: month.today,
      total: toCents(spent),
      services: { ...services, rows: services.rows.map((cost) => ({ ...cost, amount: toCents(cost.amount) })) },
    },
    forecast:
      costs.forecast === undefined
        ? null
        : { until: month.end, rest: toCents(costs.forecast), month: toCents(spent + costs.forecast) },
    resources: {
      total,
      complete: counts.complete,
      types: trim(
        counts.byType,
        limit,
        ({ count }) => count,
        (rest) => ({ count: rest.reduce((sum, { count }) => sum + count, 0) }),
      ),
    },
    notes: notesOf(month, costs, counts, total),
  } satisfies Partial<Summary>;
}

function notesOf(month: Month, { forecast }: Costs, { complete }: ResourceCounts, total: number): string[] {
  return [
    'Costs are unblended, with credits and refunds, and lag about a day behind.',
    'Resources are those that have a tag or once had one.',
    ...(month.start === month.today ? ['It is the first of the month: no whole day of it has passed.'] : []),
    ...(forecast === undefined ? ['Cost Explorer has too little history for a forecast.'] : []),
    ...(complete ? [] : [`Counting stopped after ${total} resources: there are more.`]),
  ];
}

function sumOf(costs: readonly Cost[]): number {
  return costs.reduce((sum, cost) => sum + cost.amount, 0);
}

function toCents(value: number): number {
  return Math.round(value * 100) / 100;
}
