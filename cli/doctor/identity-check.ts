import { CredentialsError } from '../../transport/errors.ts';
import type { CredentialsSource } from '../../transport/signing/credentials.ts';
import { isLoopback } from '../../transport/signing-scope.ts';
import { sigv4Fetch } from '../../transport/sigv4-fetch.ts';
import { endpointHost } from '../../wire/aws/hosts.ts';
import { ExitCode } from '../exit-code.ts';
import { explainError } from '../explain-error.ts';
import { explainResponse } from '../explain-response.ts';
import { networkOptions } from '../network.ts';
import type { Endpoint } from './endpoint.ts';
import { type Finding, fail, pass, unknown } from './finding.ts';

/** STS answers in milliseconds, or is not to be had from here. */
const TIMEOUT = 5000;

/**
 * Whose the credentials are, by STS. The local Lambda's callers are known to nobody else, so that AWS is not asked about
 * them.
 *
 * Source: AWS STS API Reference, GetCallerIdentity: it needs no permission.
 */
export async function checkIdentity(
  { local, scope: { region } }: Endpoint,
  credentials: CredentialsSource,
): Promise<{ finding: Finding; callerArn?: string }> {
  const given = process.env.AWS_ENDPOINT_URL_STS || process.env.AWS_ENDPOINT_URL;
  if (local && !given) return { finding: unknown('identity', 'The local Lambda has no STS to ask.') };
  const url = new URL(given || `https://${endpointHost('sts', region)}/`);
  const send = sigv4Fetch({
    service: 'sts',
    ...networkOptions({ connectTimeout: TIMEOUT }),
    region,
    credentials: (options) => credentials(options as { forceRefresh?: boolean }),
    retry: { attempts: 1 },
  });
  let response: Response;
  try {
    response = await send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
      signal: AbortSignal.timeout(TIMEOUT),
    });
  } catch (error) {
    const { message } = explainError(error);
    const what = error instanceof CredentialsError ? 'STS was not asked' : `STS was not reached at ${url.host}`;
    return { finding: unknown('identity', `${what}. ${message}`) };
  }
  if (response.ok) {
    const callerArn = /arn:aws[\w-]*:(?:iam|sts)::\d{12}:[\w+=,.@/-]+/.exec(await response.text())?.[0];
    if (callerArn) return { finding: pass('identity', callerArn), callerArn };
    return { finding: unknown('identity', 'STS answered, and named nobody.') };
  }
  const { message } = await explainResponse(response.status === 400 ? asForbidden(response) : response);
  if (response.status >= 500 || isLoopback(url.hostname)) return { finding: unknown('identity', message) };
  return { finding: fail('identity', message, undefined, ExitCode.credentials) };
}

/** STS answers 400 where other services answer 403. */
function asForbidden({ headers, body }: Response): Response {
  return new Response(body, { headers, status: 403 });
}
