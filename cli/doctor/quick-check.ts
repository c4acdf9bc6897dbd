import { CommandError, ExitCode } from '../exit-code.ts';
import { explainError } from '../explain-error.ts';
import { explainResponse } from '../explain-response.ts';
import { parseMessage, readError } from '../mcp/json-rpc.ts';
import { readMessages } from '../mcp/read-messages.ts';
import { type TargetOptions, targetFetch, targetUrl } from '../target-options.ts';
import { DISCOVER_ID, discover } from './discover.ts';
import type { Endpoint } from './endpoint.ts';
import { type Finding, fail, pass, withFacts } from './finding.ts';
import { type Observation, observing } from './observe.ts';
import { checkProof } from './server-checks.ts';
import { checkClock } from './unsigned-check.ts';

/** By what it is let in. */
type RequestStep = 'signed request' | 'request with a token';

/** One signed request, which is one invocation, and all that its answer tells. */
export async function checkQuickly(
  target: string,
  options: TargetOptions,
  endpoint: Endpoint,
  timeout: number,
  step: RequestStep = 'signed request',
): Promise<Finding[]> {
  const { reach, seen } = observing(targetFetch(target, options, { attempts: 1 }));
  let problem: CommandError | undefined;
  try {
    const response = await discover(reach, targetUrl(target, options), timeout);
    problem = await problemOf(response);
  } catch (error) {
    problem = explainError(error);
  }
  const last = seen.at(-1);
  if (!last) return [told(step, problem)];
  const firstMs = Math.round(last.duration);
  const facts = { status: last.status };
  const clock = checkClock(last.headers.get('date'));
  if (problem && isRefusal(problem)) return [clock, withFacts(told(step, problem), facts)];
  return [
    clock,
    withFacts(pass(step, `not refused (${last.status})`), facts),
    problem ? told('protocol', problem) : pass('protocol', 'an MCP server answered'),
    ...(problem || step !== 'signed request' ? [] : [checkProof({ seen: [last] satisfies Observation[] }, endpoint)]),
    withFacts(pass('latency', `answered in ${firstMs} ms (a cold start, if none was running)`), { firstMs }),
  ];
}

/** Why an answer is none of a server that is well; undefined where it is. */
async function problemOf(response: Response): Promise<CommandError | undefined> {
  if (!response.ok) {
    const isServers = response.status < 500 && readError(await response.clone().text()) !== undefined;
    return isServers ? undefined : explainResponse(response);
  }
  for await (const text of readMessages(response, DISCOVER_ID)) {
    const { id, result, error } = parseMessage(text) ?? {};
    if (id === DISCOVER_ID && (result || error)) return undefined;
  }
  return new CommandError('The server ended its answer without a result.', ExitCode.failed);
}

function isRefusal({ exitCode }: CommandError): boolean {
  return exitCode === ExitCode.refused || exitCode === ExitCode.credentials || exitCode === ExitCode.unreachable;
}

function told(step: RequestStep | 'protocol', problem: CommandError | undefined): Finding {
  return fail(step, problem?.message ?? 'There was no answer.', undefined, problem?.exitCode);
}
