/** No brace and no bracket: members that do not nest. */
const FLAT = String.raw`[^{}\[\]]*`;
/** After `input` and `output`, a record has but such members and flat objects, such as `identity`, to its end. */
const TAIL = String.raw`${FLAT}(?:\{${FLAT}\}${FLAT})*\}\s*$`;
/** What follows `input`: `output`, or, where the model was not reached, the end. */
const AFTER_INPUT = String.raw`(?:${FLAT}"output"\s*:\s*\{\s*"output|${TAIL})`;

/**
 * Where each value stands: the field that Logs Insights extracts, and the pattern that finds it in the message.
 *
 * Logs Insights extracts a record's first 200 fields, and a long conversation's body has more than that before the
 * counts, the caller and the error. A body is anybody's JSON, which may have members of the same names, as a stream's
 * metrics do. So the patterns hold on to the record's own end, where no body is. They use nothing that RE2 lacks.
 */
const VALUES = {
  inputCount: ['input.inputTokenCount', inInput('inputTokenCount')],
  cacheReadCount: ['input.cacheReadInputTokenCount', inInput('cacheReadInputTokenCount')],
  cacheWriteCount: ['input.cacheWriteInputTokenCount', inInput('cacheWriteInputTokenCount')],
  outputCount: [
    'output.outputTokenCount',
    (name: string) => String.raw`"outputTokenCount"\s*:\s*(?<${name}>\d+)${FLAT}\}${TAIL}`,
  ],
  caller: [
    'identity.arn',
    (name: string) => String.raw`"identity"\s*:\s*\{${FLAT}"arn"\s*:\s*"(?<${name}>[^"]*)"${FLAT}\}${TAIL}`,
  ],
  error: ['errorCode', (name: string) => String.raw`"errorCode"\s*:\s*"(?<${name}>[^"]*)"${TAIL}`],
} satisfies Record<string, [field: string, pattern: (name: string) => string]>;

/** `[\s\S]*` takes all it can: of several, the last is the record's own. */
function inInput(member: string): (name: string) => string {
  return (name) => String.raw`[\s\S]*"${member}"\s*:\s*(?<${name}>\d+)${FLAT}\}${AFTER_INPUT}`;
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
  const values = Object.entries(VALUES);
  return [
    // The mark may stand at the end of a record, beyond the fields that are extracted.
    String.raw`filter @message like /"schemaType"\s*:\s*"ModelInvocationLog"/`,
    ...(account === undefined ? [] : [`filter accountId = "${account}"`]),
    ...values.map(([name, [, pattern]]) => `parse @message /${pattern(`${name}InMessage`)}/`),
    `fields ${values.map(([name, [field]]) => `coalesce(${field}, ${name}InMessage) as ${name}`).join(', ')}`,
    `stats ${STATS.join(', ')} by ${by}`,
    'sort invocations desc',
  ];
}
