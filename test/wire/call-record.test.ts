import { expect, it } from 'vitest';
import type { Answer } from '../../wire/answer.ts';
import { outcomeOf } from '../../wire/call-record.ts';

const result: Answer = { kind: 'result', errorCode: undefined, isError: false, resultType: undefined };
const error: Answer = { ...result, kind: 'error', errorCode: -32602 };

it.each<[string, number, Answer | 'unknown' | undefined, boolean, string, number?]>([
  ['a result', 200, result, true, 'ok'],
  ['a result of another type', 200, { ...result, resultType: 'complete' }, true, 'ok'],
  ['a failed tool', 200, { ...result, isError: true }, true, 'tool_error'],
  ['a question', 200, { ...result, resultType: 'input_required' }, true, 'input_required'],
  ['an error', 200, error, true, 'error', -32602],
  ['an error with 400', 400, error, true, 'rejected', -32602],
  ['an error with 499', 499, error, true, 'rejected', -32602],
  ['an error with 500', 500, error, true, 'error', -32602],
  ['no answer', 200, undefined, true, 'error'],
  ['no answer to a notification', 202, undefined, false, 'ok'],
  ['no answer, refused', 403, undefined, true, 'rejected'],
  ['no answer to a notification, refused', 400, undefined, false, 'rejected'],
  ['no answer, failed', 500, undefined, true, 'error'],
  ['no answer to a notification, failed', 502, undefined, false, 'error'],
  ['a result, refused all the same', 400, result, true, 'rejected'],
  ['what could not be looked into', 200, 'unknown', true, 'unknown'],
  ['what could not be looked into, below 400', 399, 'unknown', true, 'unknown'],
  ['what could not be looked into, refused', 400, 'unknown', true, 'rejected'],
  ['what could not be looked into, failed', 500, 'unknown', true, 'error'],
])('%s is told by its status and answer', (_, status, answer, isRequest, outcome, errorCode) => {
  expect(outcomeOf(status, answer, isRequest)).toEqual({ outcome, errorCode });
});
