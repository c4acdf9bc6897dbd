/** No brace and no bracket: members that do not nest. */
const FLAT = String.raw`[^{}\[\]]*`;
/** After `input` and `output`, a record has but such members and a few flat objects, such as `identity`, to its end. */
const TAIL = String.raw`${FLAT}(?:\{${FLAT}\}${FLAT}){0,9}\}\s*$`;

/**
 * The end of `input`, which is where its counts stand: before `output`, or, where no model answered, before the end.
 * Of several that look like it, since a body may hold a whole record, the last is the record's own; unless it is a model
 * that wrote one, or no model answered.
 */
const INPUT_ENDS = {
  inputEnd: String.raw`^[\s\S]*[{}\[\]](?<inputEnd>${FLAT})\}${FLAT}"output"\s*:\s*\{\s*"output`,
  lastEnd: String.raw`[{}\[\]](?<lastEnd>${FLAT})\}${TAIL}`,
};

/**
 * Where each value stands: the field that Logs Insights extracts, and what finds it in the message.
 *
 * Logs Insights extracts a record's first 200 fields, and a long conversation has more than that before the counts, the
 * caller and the error. A body is anybody's JSON, which may have members of the same names, as a stream's metrics do.
 * So the patterns hold on to the record's own end, where no body is. They take linear time, and RE2 can run them.
 */
const VALUES = {
  inputCount: { field: 'input.inputTokenCount', from: 'ownInput', pattern: count('inputTokenCount') },
  cacheReadCount: {
    field: 'input.cacheReadInputTokenCount',
    from: 'ownInput',
    pattern: count('cacheReadInputTokenCount'),
  },
  cacheWriteCount: {
    field: 'input.cacheWriteInputTokenCount',
    from: 'ownInput',
    pattern: count('cacheWriteInputTokenCount'),
  },
  outputCount: {
    field: 'output.outputTokenCount',
    from: '@message',
    pattern: String.raw`${count('outputTokenCount')}${FLAT}\}${TAIL}`,
  },
  caller: {
    field: 'identity.arn',
    from: '@message',
    pattern: String.raw`"identity"\s*:\s*\{${FLAT}"arn"\s*:\s*"(?<VALUE>[^"]*)"${FLAT}\}${TAIL}`,
  },
  error: { field: 'errorCode', from: '@message', pattern: String.raw`"errorCode"\s*:\s*"(?<VALUE>[^"]*)"${TAIL}` },
};

function count(member: string): string {
  return String.raw`"${member}"\s*:\s*(?<VALUE>\d+)`;
}

const STATS = [
  'count(*) as invocations',
  'count(error) as failed',
  'count(inputCount) as inputCounted',
  'count(outputCount) as outputCounted',
  'sum(inputCount) as inputTokens',
  'sum(outputCount) as outputTokens',
  'sum(cacheReadCount) as cacheReadTokens',
  'sum(cacheWriteCount) as cacheWrittenTokens',
];

/**
 * The commands of a Logs Insights query that adds up model invocations, the most used first.
 *
 * Source: Amazon Bedrock User Guide, "Monitor model invocation using CloudWatch Logs and Amazon S3"; Amazon CloudWatch
 * Logs User Guide, "CloudWatch Logs Insights language query syntax", and "Supported logs and discovered fields" for the
 * 200 fields and `parse`.
 *
 * @param by what to group by, in that language; `caller` is a field
 * @param account 12 digits: only the records of this account
 */
export function invocationQuery(by: string, account?: string): string[] {
  const values = Object.entries(VALUES).map(([name, value]) => ({ name, found: `${name}InMessage`, ...value }));
  return [
    // The mark may stand at the end of a record, beyond the fields that are extracted.
    String.raw`filter @message like /"schemaType"\s*:\s*"ModelInvocationLog"/`,
    ...(account === undefined ? [] : [`filter accountId = "${account}"`]),
    ...Object.values(INPUT_ENDS).map((pattern) => `parse @message /${pattern}/`),
    'fields coalesce(inputEnd, lastEnd) as ownInput',
    ...values.map(({ from, pattern, found }) => `parse ${from} /${pattern.replace('VALUE', found)}/`),
    `fields ${values.map(({ field, found, name }) => `coalesce(${field}, ${found}) as ${name}`).join(', ')}`,
    `stats ${STATS.join(', ')} by ${by}`,
    'sort invocations desc',
  ];
}
