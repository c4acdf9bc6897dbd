import { isLoopback } from '../../transport/signing-scope.ts';
import { readHost } from '../../wire/aws/hosts.ts';
import type { AuthMethod } from '../auth-method.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import { explainError } from '../explain-error.ts';
import { connectMcp } from '../mcp/connection.ts';
import { networkOptions } from '../network.ts';
import { authTarget, type TargetOptions, targetFetch, targetUrl } from '../target-options.ts';
import type { Diagnosis } from './diagnosis.ts';
import { type Endpoint, whatHost } from './endpoint.ts';
import { type Finding, fail, pass, SIGN_IN_STEPS, type Step, unknown, withFacts } from './finding.ts';
import { checkDns, checkProxy, checkTls } from './network-check.ts';
import { observing } from './observe.ts';
import { checkQuickly } from './quick-check.ts';
import { checkLatency, checkProtocol, checkTools, type Latency } from './server-checks.ts';
import { checkClock } from './unsigned-check.ts';

interface SignInDiagnosisOptions extends TargetOptions {
  readonly quick: boolean;
  readonly report: (finding: Finding) => void;
}

/** Longest wait for one answer; milliseconds. */
const MAX_WAIT = 60_000;

/** Takes every step of the way to a server that is reached by a token, up to the one that cannot be passed. Opens no browser. */
export async function diagnoseSignIn(
  target: string,
  { person: _, ...options }: SignInDiagnosisOptions,
): Promise<Diagnosis> {
  const findings: Finding[] = [];
  let latency: Partial<Latency> | undefined;
  const add = (finding: Finding): boolean => {
    findings.push(finding);
    options.report(finding);
    return finding.status !== 'fail';
  };

  /** The step that cannot be passed; undefined when there is none. */
  async function walk(): Promise<Step | undefined> {
    const url = targetUrl(target, options);
    const timeout = Math.min(options.timeout, MAX_WAIT);
    if (url.protocol !== 'https:' && !isLoopback(url.hostname)) {
      add(
        fail('target', `${url.origin} is not https. Tokens go over http to loopback only.`, undefined, ExitCode.usage),
      );
      return 'target';
    }
    add(pass('target', `${whatHost(url)}; ${HOW[options.auth]}`));
    const proxy = await checkProxy(url, options.connectTimeout);
    if (!add(proxy) && proxy.exitCode === ExitCode.usage) return 'proxy';
    if (!add(await checkDns(url))) return 'dns';
    if (!add(await checkTls(url, options.connectTimeout))) return 'tls';
    if (!options.quick) {
      const { response, finding } = await ask(target, options);
      if (!add(finding) && !response) return finding.step;
      add(checkClock(response?.headers.get('date') ?? null));
      if (response && options.auth === 'oauth') add(await checkIssuer(url, response, options));
    }
    if (!add(await checkSignIn(url, options))) return 'credentials';
    if (options.quick) {
      const step = 'request with a token';
      const endpoint = { kind: 'url', url } as Endpoint;
      for (const each of await checkQuickly(target, options, endpoint, timeout, step)) {
        add(each);
        if (each.step === 'latency') latency = { firstMs: Number(each.facts?.firstMs) };
      }
      return undefined;
    }
    const { reach, seen } = observing(targetFetch(target, options, { attempts: 1 }));
    let connection: Awaited<ReturnType<typeof connectMcp>>;
    try {
      connection = await connectMcp(reach, { url, timeout });
    } catch (error) {
      const { message, exitCode } = explainError(error);
      add(fail('request with a token', message, undefined, exitCode));
      return 'request with a token';
    }
    add(pass('request with a token', 'served'));
    const served = { connection, reach, url, seen, timeout };
    add(await checkProtocol(served, { host: readHost(url.hostname)?.kind }));
    add(await checkTools(served));
    const measured = await checkLatency(served);
    add(measured.finding);
    latency = measured.latency;
    await connection.close();
    return undefined;
  }

  const blocker = await walk();
  const taken = new Set<Step>(findings.map(({ step }) => step));
  if (options.quick) return { findings, latency };
  const steps = SIGN_IN_STEPS.filter((step) => options.auth === 'oauth' || step !== 'issuer');
  for (const step of steps) if (!taken.has(step)) add(unknown(step, `not tried, because of: ${blocker}`));
  return { findings, latency };
}

const HOW: Readonly<Record<AuthMethod, string>> = {
  iam: 'signed for AWS IAM',
  oauth: 'people sign in to it',
  token: 'ACCESS_TOKEN is sent to it',
  auto: 'it says itself what it asks for',
};

/** Without a token a request must be refused. */
async function ask(target: string, options: TargetOptions): Promise<{ response?: Response; finding: Finding }> {
  const step = 'request without a token';
  try {
    const { askWithoutCredentials } = await import('../auth/detect-method.ts');
    const response = await askWithoutCredentials(authTarget(target, options, { attempts: 1 }));
    await response.body?.cancel().catch(() => {});
    const { status } = response;
    return { response, finding: withFacts(judge(status), { status }) };
  } catch (error) {
    const { message, exitCode } = explainError(error);
    return { finding: fail(step, message, undefined, exitCode) };
  }
}

function judge(status: number): Finding {
  const step = 'request without a token';
  if (status === 401) return pass(step, 'refused (401), as it must be');
  if (status === 403) {
    return fail(step, 'refused (403), as AWS IAM does', 'Nobody signs in there: --auth iam.', ExitCode.usage);
  }
  if (status < 200 || status >= 300)
    return unknown(step, `answered ${status}, which does not show whether it asks for a token`);
  return fail(
    step,
    `SERVED (${status}) WITHOUT A TOKEN: whoever knows this URL can ask this server what it offers.`,
    'Give the handler the option auth. Behind a function URL of auth type NONE nothing else refuses strangers.',
  );
}

/** Where people sign in, and whether its metadata can be trusted. */
async function checkIssuer(url: URL, response: Response, options: TargetOptions): Promise<Finding> {
  const { challengeOf } = await import('../auth/challenge.ts');
  const { createOAuthFetch } = await import('../auth/oauth-fetch.ts');
  const { findIssuer } = await import('../auth/find-issuer.ts');
  const { readClientSettings } = await import('../auth/settings.ts');
  try {
    const fetchFn = createOAuthFetch(url, networkOptions(options));
    const challenge = await challengeOf(response);
    const settings = readClientSettings(options.clientId);
    const { issuer, metadata, scope } = await findIssuer(url, challenge, settings, fetchFn);
    const listed = metadata.code_challenge_methods_supported?.includes('S256');
    const asked = scope === undefined ? '' : `, asked for ${scope}`;
    const advice = listed
      ? undefined
      : 'Its metadata do not list S256: this command sends it all the same, and stricter clients refuse (docs/oauth.md).';
    return pass('issuer', `${issuer}${asked}`, advice);
  } catch (error) {
    const { message, exitCode } = explainError(error);
    return fail('issuer', message, undefined, exitCode);
  }
}

/** Who is signed in, or whether there is a token to send. */
async function checkSignIn(url: URL, options: TargetOptions): Promise<Finding> {
  const { readAccessToken, readClientSettings } = await import('../auth/settings.ts');
  try {
    if (options.auth === 'token') {
      readAccessToken();
      return pass('credentials', 'ACCESS_TOKEN is set');
    }
    const { createOAuthFetch } = await import('../auth/oauth-fetch.ts');
    const { createOAuthSession } = await import('../auth/oauth-session.ts');
    const { describeSignIn } = await import('../auth/describe-sign-in.ts');
    const settings = readClientSettings(options.clientId);
    const fetchFn = createOAuthFetch(url, networkOptions(options));
    const kept = createOAuthSession({ url, settings, person: undefined, fetchFn }).current();
    if (!kept && settings.isMachine)
      return pass('credentials', `the machine ${settings.clientId}, which signs in by itself`);
    if (!kept)
      throw new CommandError('Nobody is signed in here.', ExitCode.credentials, {
        advice: `Sign in: lambda-mcp login ${url}`,
      });
    const { user, clientId, expiresAt, renewable } = describeSignIn(kept);
    const who = user === undefined ? `client ${clientId}` : `${user} by client ${clientId}`;
    const ends = expiresAt === undefined ? '' : `; the token ends at ${expiresAt}`;
    return pass('credentials', `${who}${ends}${renewable ? ', and is renewed by itself' : ''}`);
  } catch (error) {
    const { message, exitCode, details } = explainError(error);
    const detail = details.advice ? message.slice(0, -details.advice.length).trim() : message;
    return fail('credentials', detail, details.advice, exitCode);
  }
}
