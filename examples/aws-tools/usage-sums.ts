import type { BedrockUsage } from './bedrock-usage.ts';
import { callerName } from './caller-name.ts';
import { type Trimmed, trim } from './trim.ts';
import { addUsage, type Usage } from './usage.ts';

/** Sessions listed beneath a role. */
const MAX_SESSIONS = 5;

/** What a caller of the tool is shown of usage: without the counts of what was counted. */
export interface Sums {
  readonly invocations: number;
  readonly failed: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWrittenTokens: number;
}

type Rows<Key extends string> = Trimmed<Record<Key, string> & Sums, Sums>;

/** A role with its sessions, a user with none. */
export type CallerSums = { caller: string; sessions: Rows<'session'> } & Sums;

export interface UsageSums {
  readonly totals: Sums;
  readonly byDay: readonly (Sums & { readonly day: string; readonly byRegion: Readonly<Record<string, number>> })[];
  readonly byRegion: Rows<'region'>;
  readonly byModel: Rows<'model'>;
  readonly byCaller: Trimmed<CallerSums, Sums>;
  readonly byModelAndCaller: Rows<'model' | 'caller'>;
}

/** Stands for all that CloudWatch Logs had no room to return. */
const OTHERS = '(more callers than CloudWatch Logs returns)';

/**
 * Adds usage up in each of the ways that the report shows.
 *
 * @param days all days of the report: those without use are rows too
 * @param regions all regions of the report
 * @param limit rows of each list, the most used first
 */
export function sumUsage(
  { byDay, byCaller, otherCallers }: BedrockUsage,
  nameOf: (modelId: string) => string,
  days: readonly string[],
  regions: readonly string[],
  limit: number,
): UsageSums {
  const used = byDay.map((part) => ({ ...part, model: nameOf(part.modelId) }));
  const callers = [
    ...byCaller.map((part) => ({ ...part, ...callerName(part.arn), model: nameOf(part.modelId) })),
    ...(otherCallers ? [{ ...otherCallers, caller: OTHERS, session: undefined, model: '(any)' }] : []),
  ];
  const sessions = Map.groupBy(
    callers.filter(({ session }) => session !== undefined),
    ({ caller }) => caller,
  );
  const found = [...new Set([...regions, ...used.map(({ region }) => region)])];
  return {
    totals: toSums(used),
    byDay: days.map((day) => {
      const ofDay = used.filter((part) => part.day === day);
      const tokens = (region: string) => toSums(ofDay.filter((part) => part.region === region)).totalTokens;
      return { day, ...toSums(ofDay), byRegion: Object.fromEntries(found.map((region) => [region, tokens(region)])) };
    }),
    byRegion: list(
      found.map((region) => ({ region, ...toSums(used.filter((part) => part.region === region)) })),
      found.length,
    ),
    byModel: list(
      fold(used, ({ model }) => ({ model })),
      limit,
    ),
    byCaller: list(
      fold(callers, ({ caller }) => ({ caller })).map((row) => ({
        ...row,
        sessions: list(
          fold(sessions.get(row.caller) ?? [], ({ session = '' }) => ({ session })),
          MAX_SESSIONS,
        ),
      })),
      limit,
    ),
    byModelAndCaller: list(
      fold(callers, ({ model, caller }) => ({ model, caller })),
      limit,
    ),
  };
}

/** One row for all parts of the same key. */
function fold<Part extends Usage, Key extends object>(parts: readonly Part[], key: (part: Part) => Key) {
  const groups = [...Map.groupBy(parts, (part) => JSON.stringify(key(part))).values()];
  return groups.map((same) => ({ ...key(same[0] as Part), ...toSums(same) }));
}

function list<Row extends Sums>(rows: readonly Row[], limit: number): Trimmed<Row, Sums> {
  return trim(rows, limit, ({ invocations }) => invocations, addSums);
}

function toSums(parts: readonly Usage[]): Sums {
  const { inputCounted: _, outputCounted: __, ...usage } = addUsage(parts);
  return { ...usage, totalTokens: usage.inputTokens + usage.outputTokens };
}

function addSums(rows: readonly Sums[]): Sums {
  return toSums(rows.map((row) => ({ ...row, inputCounted: 0, outputCounted: 0 })));
}
