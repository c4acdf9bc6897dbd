import { randomBytes } from 'node:crypto';
import { LOG_NAMESPACE } from '../wire/log-namespace.ts';

const functionName = process.env.AWS_LAMBDA_FUNCTION_NAME;

/**
 * This environment's mark, in each of its log lines; undefined elsewhere than on Lambda. No caller sees it, so that a
 * line which a tool was talked into printing carries none, or a wrong one. Code in the function can read it: nothing
 * protects a log from its own function.
 */
export const environmentMark: string | undefined =
  functionName === undefined ? undefined : randomBytes(15).toString('base64url');

let announced = environmentMark === undefined;

/**
 * Tells the log this environment's mark, once: in the init phase, before anybody calls. `audit` believes a second one
 * only after Lambda's own lines of a reset.
 */
export function announceEnvironment(): void {
  if (announced) return;
  announced = true;
  process.stdout.write(`${JSON.stringify({ namespace: LOG_NAMESPACE, announces: environmentMark, functionName })}\n`);
}
