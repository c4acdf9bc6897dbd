import { ACCOUNT } from './lambda.ts';
import type { LogEvent } from './logs-insights.ts';

/** What a record says of its invocation, as the test knows it: sums are counted from these, not from the messages. */
export interface Invocation {
  readonly day: string;
  readonly region: string;
  readonly account: string;
  readonly modelId: string;
  readonly arn: string;
  readonly input?: number;
  readonly output?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly errorCode?: string;
}

type Json = unknown;

interface Shape {
  readonly operation: string;
  readonly inputBody: Json;
  readonly outputBody: Json;
  /** Identity and the record's mark stand at the beginning, as in records of before cross-region inference. */
  readonly identityFirst?: boolean;
}

/**
 * A record of model invocation logging, its members in the order in which Amazon Bedrock writes them: bodies before
 * counts, identity and mark at the end.
 *
 * Source: Amazon Bedrock User Guide, "Monitor model invocation using CloudWatch Logs and Amazon S3".
 */
export function toEvent(invocation: Invocation, shape: Shape, index = 0): LogEvent {
  const { day, region, account, modelId, arn, input, output, cacheRead, cacheWrite, errorCode } = invocation;
  const time = new Date(Date.parse(day) + index);
  const mark = { schemaType: 'ModelInvocationLog', schemaVersion: '1.0' };
  const identity = { identity: { arn } };
  const s3 = (body: Json) => typeof body === 'string' && body.startsWith('s3://');
  const record = {
    ...(shape.identityFirst && mark),
    timestamp: `${time.toISOString().slice(0, 19)}Z`,
    accountId: account,
    ...(shape.identityFirst && identity),
    region,
    requestId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    operation: shape.operation,
    modelId,
    input: {
      inputContentType: 'application/json',
      [s3(shape.inputBody) ? 'inputBodyS3Path' : 'inputBodyJson']: shape.inputBody,
      ...(input !== undefined && { inputTokenCount: input }),
      ...(cacheRead !== undefined && { cacheReadInputTokenCount: cacheRead }),
      ...(cacheWrite !== undefined && { cacheWriteInputTokenCount: cacheWrite }),
    },
    ...(errorCode === undefined && {
      output: {
        outputContentType: 'application/json',
        outputBodyJson: shape.outputBody,
        ...(output !== undefined && { outputTokenCount: output }),
      },
    }),
    ...(!shape.identityFirst && identity),
    ...(/(?:us|eu|global)\./.test(modelId) && { inferenceRegion: 'us-west-2' }),
    ...(errorCode !== undefined && { errorCode }),
    requestMetadata: { team: 'search' },
    ...(!shape.identityFirst && mark),
  };
  return { timestamp: time.getTime(), message: JSON.stringify(record) };
}

export const role = (name: string, session: string, account = ACCOUNT) =>
  `arn:aws:sts::${account}:assumed-role/${name}/${session}`;
export const user = (name: string, account = ACCOUNT) => `arn:aws:iam::${account}:user/${name}`;

const turn = (index: number) => ({ role: index % 2 ? 'assistant' : 'user', content: [{ text: `Turn ${index}` }] });
const conversation = (turns: number) => ({ messages: Array.from({ length: turns }, (_, index) => turn(index)) });
const said = (text: string) => ({
  output: { message: { role: 'assistant', content: [{ text }] } },
  stopReason: 'end_turn',
});

/** Bodies by what was asked for. */
export const shapes = {
  text: {
    operation: 'InvokeModel',
    inputBody: { inputText: 'Write "inputTokenCount":7 }', textGenerationConfig: { maxTokenCount: 512 } },
    outputBody: { inputTextTokenCount: 99, results: [{ tokenCount: 98, outputText: '}' }] },
    identityFirst: true,
  },
  converse: { operation: 'Converse', inputBody: conversation(1), outputBody: said('Hello') },
  converseStream: { operation: 'ConverseStream', inputBody: conversation(3), outputBody: said('Hello') },
  /** The events of a stream, of which the last has counts of its own. */
  stream: {
    operation: 'InvokeModelWithResponseStream',
    inputBody: { anthropic_version: 'bedrock-2023-05-31', ...conversation(1) },
    outputBody: [
      ...Array.from({ length: 120 }, (_, index) => ({ type: 'content_block_delta', index, delta: { text: 'x' } })),
      {
        type: 'message_stop',
        'amazon-bedrock-invocationMetrics': {
          inputTokenCount: 901,
          outputTokenCount: 902,
          cacheReadInputTokenCount: 903,
          cacheWriteInputTokenCount: 904,
        },
      },
    ],
  },
  embedding: {
    operation: 'InvokeModel',
    inputBody: { inputText: 'To embed' },
    outputBody: { embedding: Array.from({ length: 1024 }, () => 0.5), inputTextTokenCount: 55 },
  },
  image: {
    operation: 'InvokeModel',
    inputBody: { taskType: 'TEXT_IMAGE', textToImageParams: { text: 'A boat' } },
    outputBody: { images: ['aVZCT1J3MEtHZ28='] },
  },
  /** More than 200 fields before the counts. */
  long: { operation: 'Converse', inputBody: conversation(150), outputBody: said('Long') },
  inS3: { operation: 'Converse', inputBody: 's3://logs/AWSLogs/input.json.gz', outputBody: said('From S3') },
  /** Somebody has a model look at a record such as these, and the model answers with what looks like one's end. */
  lookalike: {
    operation: 'Converse',
    inputBody: {
      ...conversation(150),
      toolResult: {
        json: JSON.parse(
          toEvent(
            {
              day: '2026-01-01',
              region: 'us-east-1',
              account: '9'.repeat(12),
              modelId: 'x',
              arn: user('victim'),
              input: 801,
              output: 802,
              cacheRead: 803,
              cacheWrite: 804,
            },
            { operation: 'Converse', inputBody: {}, outputBody: {} },
          ).message,
        ),
      },
    },
    outputBody: {
      toolUse: {
        input: { outputTokenCount: 805, identity: { arn: user('victim') }, inputTokenCount: 806, errorCode: 'Nope' },
      },
    },
  },
} satisfies Record<string, Shape>;
