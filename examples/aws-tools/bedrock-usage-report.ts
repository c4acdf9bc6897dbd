import type { McpServer } from '@modelcontextprotocol/server';
import type { LambdaContext } from 'lambda-mcp/server';
import * as z from 'zod';
import { orToolError } from './aws-error.ts';
import { type BedrockUsage, readBedrockUsage, type Usage } from './bedrock-usage.ts';
import { MAX_ROWS } from './logs-insights.ts';
import { fromEnvironment } from './settings.ts';
import { timeLimit } from './time-limit.ts';
import { trim } from './trim.ts';

const DAY = 24 * 60 * 60;

const inputSchema = z.object({
  days: z.int().min(1).max(31).default(7).describe('How many days back, today included (UTC)'),
  limit: z.int().min(1).max(100).default(10).describe('How many models and callers to list, most used first'),
});

const usage = { invocations: z.int(), inputTokens: z.int(), outputTokens: z.int() };
const list = <Key extends string>(key: Key) =>
  z.object({
    rows: z.array(z.object({ [key]: z.string(), ...usage } as Record<Key, z.ZodString> & typeof usage)),
    leftOut: z.object({ rows: z.int(), ...usage }).nullable(),
  });
const outputSchema = z.object({
  from: z.string().describe('ISO 8601'),
  until: z.string().describe('ISO 8601'),
  totals: z.object(usage),
  byDay: list('day'),
  byRegion: list('region'),
  byModel: list('model'),
  byCaller: list('caller'),
  scanned: z.object({ records: z.int(), bytes: z.int() }).describe('What CloudWatch Logs read, and bills'),
  notes: z.array(z.string()),
});

export function registerBedrockUsageReport(server: McpServer, lambda: LambdaContext): void {
  server.registerTool(
    'get_bedrock_usage_report',
    {
      title: 'Bedrock usage report',
      description:
        'Who used which Amazon Bedrock model: invocations and tokens in total, by day, region, model and caller, from ' +
        'the model invocation logs. CloudWatch Logs bills each query by what it scans: ask for no more days than needed.',
      inputSchema,
      outputSchema,
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    },
    async ({ days, limit }, { mcpReq }) => {
      const signal = timeLimit(lambda, mcpReq.signal);
      const { progressToken } = mcpReq._meta ?? {};
      let progress = 0;
      return orToolError(signal, async () => {
        const endTime = Math.floor(Date.now() / 1000);
        const startTime = endTime - (endTime % DAY) - (days - 1) * DAY;
        const found = await readBedrockUsage(fromEnvironment(), { startTime, endTime }, signal, ({ records }) => {
          if (progressToken === undefined || records <= progress) return;
          progress = records;
          const message = `${records} log records scanned`;
          void mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, message } });
        });
        const structuredContent = { from: iso(startTime), until: iso(endTime), ...report(found, limit) };
        return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
      });
    },
  );
}

function report({ byModel, byCaller, complete, scanned }: BedrockUsage, limit: number) {
  const { counted, ...totals } = sum(byModel);
  return {
    totals,
    byDay: trimmed('day', byModel, Number.POSITIVE_INFINITY, ({ day }) => -Date.parse(day)),
    byRegion: trimmed('region', byModel, limit),
    byModel: trimmed('model', byModel, limit),
    byCaller: trimmed('caller', byCaller, limit),
    scanned,
    notes: [
      ...(counted < totals.invocations
        ? [`The log gives no tokens for ${totals.invocations - counted} of ${totals.invocations} invocations.`]
        : []),
      ...(complete ? [] : [`CloudWatch Logs returns ${MAX_ROWS} rows at most: what was used least is missing.`]),
    ],
  };
}

type Row<Key extends string> = Record<Key, string> & Omit<Usage, 'counted'>;

/** Adds up what belongs together, and keeps the largest. */
function trimmed<Key extends string>(
  key: Key,
  parts: readonly (Record<Key, string> & Usage)[],
  limit: number,
  size: (row: Row<Key>) => number = ({ invocations }) => invocations,
) {
  const rows = [...Map.groupBy(parts, (part) => part[key])].map(([name, same]) => {
    const { counted: _, ...added } = sum(same);
    return { [key]: name, ...added } as Row<Key>;
  });
  return trim(rows, limit, size, (rest) => {
    const { counted: _, ...added } = sum(rest.map((row) => ({ ...row, counted: 0 })));
    return added;
  });
}

function sum(parts: readonly Usage[]): Usage {
  const added = (of: (part: Usage) => number) => parts.reduce((total, part) => total + of(part), 0);
  return {
    invocations: added((part) => part.invocations),
    counted: added((part) => part.counted),
    inputTokens: added((part) => part.inputTokens),
    outputTokens: added((part) => part.outputTokens),
  };
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
