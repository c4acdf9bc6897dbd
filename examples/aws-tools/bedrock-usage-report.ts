import type { McpServer } from '@modelcontextprotocol/server';
import type { LambdaContext } from 'lambda-mcp/server';
import * as z from 'zod';
import { orToolError } from './aws-error.ts';
import { type BedrockUsage, readBedrockUsage, type UsageQuestion } from './bedrock-usage.ts';
import { type BedrockUsageReport, bedrockUsageText } from './bedrock-usage-text.ts';
import { chooseLogs } from './choose-logs.ts';
import { type ModelNames, readModelNames } from './inference-profiles.ts';
import { MAX_ROWS } from './logs-insights.ts';
import { fromEnvironment } from './settings.ts';
import { timeLimit } from './time-limit.ts';
import { addUsage } from './usage.ts';
import { sumUsage } from './usage-sums.ts';

const DAY = 24 * 60 * 60;

const inputSchema = z.object({
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
    .optional()
    .describe('Such as us-east-1. Left out: every region that the server may query, side by side'),
  logGroup: z
    .string()
    .regex(/^[\w./#-]{1,512}$/)
    .optional()
    .describe('Such as /aws/bedrock/modelinvocations. Left out: the first that the server may query'),
  days: z.int().min(1).max(31).default(7).describe('How many days back, today included (UTC)'),
  account: z
    .string()
    .regex(/^\d{12}$/)
    .optional()
    .describe('12 digits: only records of this account. Left out: all that the logs have'),
  limit: z.int().min(1).max(100).default(10).describe('How many models and callers to list, most used first'),
});

const sums = {
  invocations: z.int(),
  failed: z.int().describe('Of the invocations'),
  inputTokens: z.int().describe('Without cached tokens'),
  outputTokens: z.int(),
  totalTokens: z.int().describe('Input and output'),
  cacheReadTokens: z.int(),
  cacheWrittenTokens: z.int(),
};
const leftOut = z
  .object({ rows: z.int(), ...sums })
  .nullable()
  .describe('What the rows that were cut come to');
const list = <Names extends z.ZodRawShape>(names: Names) =>
  z.object({ rows: z.array(z.object({ ...names, ...sums })), leftOut });
const name = z.string();
const outputSchema = z.object({
  days: z.int(),
  from: name.describe('ISO 8601, UTC'),
  until: name.describe('ISO 8601, UTC'),
  regions: z.array(name),
  logGroup: name,
  account: name.nullable().describe('Null: all that the logs have'),
  totals: z.object(sums),
  byDay: z.array(
    z.object({ day: name.describe('UTC'), ...sums, byRegion: z.record(name, z.int()).describe('Total tokens') }),
  ),
  byRegion: list({ region: name }),
  byModel: list({ model: name }),
  byCaller: list({ caller: name.describe('User or role'), sessions: list({ session: name }) }),
  byModelAndCaller: list({ model: name, caller: name }),
  scanned: z.object({ records: z.int(), bytes: z.int() }).describe('What CloudWatch Logs read, and bills'),
  notes: z.array(name),
});

export function registerBedrockUsageReport(server: McpServer, lambda: LambdaContext): void {
  server.registerTool(
    'get_bedrock_usage_report',
    {
      title: 'Bedrock usage report',
      description:
        'Who used which Amazon Bedrock model: requests and tokens in total, by day, region, model, user and role, from ' +
        'the model invocation logs. CloudWatch Logs bills each query by what it scans: ask for no more days than needed.',
      inputSchema,
      outputSchema,
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    },
    async ({ region, logGroup, days, account, limit }, { mcpReq }) => {
      const signal = timeLimit(lambda, mcpReq.signal);
      const { progressToken } = mcpReq._meta ?? {};
      let progress = 0;
      return orToolError(signal, async () => {
        const endTime = Math.floor(Date.now() / 1000);
        const startTime = endTime - (endTime % DAY) - (days - 1) * DAY;
        const question = { ...chooseLogs(fromEnvironment(), logGroup, region), account, startTime, endTime };
        const found = await readBedrockUsage(question, signal, ({ records }) => {
          if (progressToken === undefined || records <= progress) return;
          progress = records;
          const message = `${records} log records scanned`;
          void mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, message } });
        });
        const models = await readModelNames(
          [...found.byDay, ...found.byCaller].map(({ modelId }) => modelId),
          signal,
        );
        const report = toReport(question, days, found, models, limit);
        return {
          content: [{ type: 'text', text: bedrockUsageText(report) }],
          structuredContent: report,
        };
      });
    },
  );
}

function toReport(
  { regions, logGroup, account, startTime, endTime }: UsageQuestion,
  days: number,
  found: BedrockUsage,
  models: ModelNames,
  limit: number,
) {
  const eachDay = Array.from({ length: days }, (_, index) => iso(startTime + index * DAY).slice(0, 10));
  return {
    days,
    from: iso(startTime),
    until: iso(endTime),
    regions: [...regions],
    logGroup,
    account: account ?? null,
    ...sumUsage(found, models.nameOf, eachDay, regions, limit),
    scanned: found.scanned,
    notes: notesOf(found, models),
  } satisfies BedrockUsageReport;
}

function notesOf({ byDay, complete, otherCallers }: BedrockUsage, { unread }: ModelNames): string[] {
  const { invocations, failed, inputCounted, outputCounted } = addUsage(byDay);
  const uncounted = (what: string, counted: number) =>
    counted < invocations
      ? [`The log gives no ${what} tokens for ${invocations - counted} of ${invocations} requests.`]
      : [];
  const profiles = [...unread].map(
    ([reason, count]) => `Of ${count} application inference profiles the model could not be read (${reason}).`,
  );
  return [
    ...(invocations === 0
      ? ['Amazon Bedrock logs from the time on that model invocation logging is turned on, minutes after the request.']
      : ['Cached tokens are in no sum of input or total tokens.']),
    ...(failed > 0 ? [`${failed} of ${invocations} requests failed.`] : []),
    ...uncounted('input', inputCounted),
    ...uncounted('completion', outputCounted),
    ...profiles,
    ...(otherCallers ? [`CloudWatch Logs returns ${MAX_ROWS} rows at most: callers used least are one row.`] : []),
    ...(complete ? [] : [`CloudWatch Logs returns ${MAX_ROWS} rows at most: what was used least is in no sum.`]),
  ];
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
