import { createNetwork } from '../../transport/network/network.ts';
import { ExitCode } from '../exit-code.ts';
import { explainError } from '../explain-error.ts';
import { networkOptions } from '../network.ts';
import type { Endpoint } from './endpoint.ts';
import { type Finding, fail, pass, unknown, withFacts } from './finding.ts';

/** A signature holds for five minutes; milliseconds. */
const WINDOW = 5 * 60_000;
const WORTH_TELLING = 60_000;

/** A request without a signature must be refused; its answer also tells what time it is at AWS. */
export async function checkUnsigned(
  endpoint: Endpoint,
  timeout: number,
): Promise<{ unsigned: Finding; clock: Finding }> {
  try {
    const response = await send(endpoint, timeout);
    const body = await response.text();
    const { status, headers } = response;
    const asksForToken = status === 401 && /^bearer\b/i.test(headers.get('www-authenticate') ?? '');
    const judged = asksForToken ? SIGNS_PEOPLE_IN : judge(endpoint, status, body);
    return { unsigned: withFacts(judged, { status }), clock: checkClock(headers.get('date')) };
  } catch (error) {
    const { message, exitCode } = explainError(error);
    return {
      unsigned: fail('unsigned request', message, undefined, exitCode || ExitCode.unreachable),
      clock: unknown('clock', 'not compared: there was no answer'),
    };
  }
}

const SIGNS_PEOPLE_IN = pass(
  'unsigned request',
  'refused (401): it asks people to sign in (OAuth)',
  'IAM credentials do not open it. Give the URL to an MCP client that signs in, or tokens to the transport’s option auth.',
);

async function send({ kind, url, functionName = '' }: Endpoint, timeout: number): Promise<Response> {
  const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
  const dispatcher = await createNetwork(networkOptions({ connectTimeout: timeout })).dispatcher(url);
  return fetch(kind === 'url' ? url : new URL(path, url), {
    method: 'POST',
    redirect: 'manual',
    ...(dispatcher && ({ dispatcher } as object)),
    signal: AbortSignal.timeout(timeout),
    // Should it be served after all, neither does anything.
    ...(kind === 'url'
      ? {
          headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
          body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
        }
      : { headers: { 'x-amz-invocation-type': 'DryRun' }, body: '{}' }),
  });
}

function judge({ kind, host, local }: Endpoint, status: number, body: string): Finding {
  const refused = /^\{"Message":null\}$/.test(body.trim());
  if (status === 403 && refused && !local && host !== 'web-function') {
    const advice = 'Look for a typo in the URL, or whether the function or its URL was deleted.';
    return fail('unsigned request', 'No function has this URL.', advice, ExitCode.unreachable);
  }
  if (status === 403) return pass('unsigned request', 'refused (403), as it must be');
  if (status === 401) {
    const advice = 'If people sign in there (OAuth): --auth oauth.';
    return pass('unsigned request', 'refused (401), though not the way AWS IAM does', advice);
  }
  if (kind === 'function') return unknown('unsigned request', `answered ${status}, which is not the Lambda API’s 403`);
  if (status === 429 || status === 503 || status === 504) {
    return unknown(
      'unsigned request',
      `answered ${status}: busy, so that it does not show whether it asks for a signature`,
    );
  }
  if (status >= 300 && status < 400)
    return unknown('unsigned request', `redirected (${status}), which AWS Lambda never does`);
  if (status >= 500)
    return unknown('unsigned request', `answered ${status}, which does not show whether it asks for a signature`);
  if (status === 404) {
    return unknown(
      'unsigned request',
      'answered 404 without asking for a signature, by the server or by a gateway before it',
      'Check the path. A function URL that answers so is public: its auth type must be AWS_IAM.',
    );
  }
  return fail(
    'unsigned request',
    `SERVED (${status}) WITHOUT A SIGNATURE: THIS URL IS PUBLIC. Anybody on the internet who knows it can call your tools.`,
    host === 'web-function'
      ? 'Close it now: its endpoint’s auth type must be IamAuth, or the server must check tokens itself.'
      : 'Close it now: aws lambda update-function-url-config --function-name NAME --auth-type AWS_IAM; and remove the ' +
          'statement for principal * (lambda-mcp grant NAME --list shows it).',
  );
}

/** @param date of an answer */
export function checkClock(date: string | null): Finding {
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return unknown('clock', 'The answer bears no date.');
  const ahead = Date.now() - theirs;
  return withFacts(judgeClock(ahead), { aheadMs: ahead });
}

/** @param ahead milliseconds */
function judgeClock(ahead: number): Finding {
  const amount = `${(Math.abs(ahead) / 1000).toFixed(Math.abs(ahead) < 10_000 ? 1 : 0)} s`;
  if (Math.abs(ahead) < 2000) return pass('clock', 'agrees with the endpoint’s');
  const detail = `This clock is ${amount} ${ahead > 0 ? 'ahead' : 'behind'}.`;
  if (Math.abs(ahead) < WORTH_TELLING) return pass('clock', detail);
  const advice = 'Set it (NTP). lambda-mcp corrects for it when AWS refuses; other programs will be refused.';
  return Math.abs(ahead) < WINDOW ? pass('clock', detail, advice) : fail('clock', detail, advice);
}
