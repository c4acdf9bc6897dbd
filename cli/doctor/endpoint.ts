import { TargetError } from '../../transport/errors.ts';
import { readFunctionTarget } from '../../transport/function-target.ts';
import { profileRegion } from '../../transport/signing/profiles.ts';
import { environmentRegion, findSigningScope, isLoopback, type SigningScope } from '../../transport/signing-scope.ts';
import { endpointHost, type HostKind, readHost } from '../../wire/aws/hosts.ts';
import { ExitCode } from '../exit-code.ts';
import { asOptions } from '../explain-error.ts';
import { signingName, type TargetOptions, targetUrl } from '../target-options.ts';
import { type Finding, fail, pass } from './finding.ts';

/** Where the target's requests go. */
export interface Endpoint {
  readonly kind: 'url' | 'function';
  /** What answers there, as far as its host's name or the signing service says. */
  readonly host: HostKind | undefined;
  /** Of the server itself, or of the Lambda API. */
  readonly url: URL;
  readonly scope: SigningScope;
  /** Whether it is this machine, and so the local Lambda: AWS's other services do not know its callers. */
  readonly local: boolean;
  /** Name or ARN, for a function. */
  readonly functionName: string | undefined;
}

/** The first step: what the target is, as far as its name says. */
export async function readEndpoint(
  target: string,
  options: TargetOptions,
): Promise<{ finding: Finding; endpoint?: Endpoint }> {
  try {
    const endpoint = await (target.includes('://') ? readUrl(target, options) : readFunction(target, options));
    const { kind, scope, url, local } = endpoint;
    const what = local
      ? `${kind === 'url' ? 'a URL' : 'a function, its Lambda API'} on this machine (${url.origin})`
      : kind === 'url'
        ? whatHost(url)
        : `a function, through the Lambda API at ${url.host}`;
    const detail = `${what}; signed for ${scope.service} in ${scope.region}`;
    return { finding: pass('target', detail, pathAdvice(endpoint)), endpoint };
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    return { finding: fail('target', asOptions(error.message), typoAdvice(target), ExitCode.usage) };
  }
}

async function readUrl(target: string, options: TargetOptions): Promise<Endpoint> {
  if (!URL.canParse(target)) throw new TargetError(`${JSON.stringify(target)} is not a URL.`);
  const url = targetUrl(target, options);
  const scope = await findSigningScope(url, options, signingName(options));
  const host =
    scope.service === 'bedrock-agentcore' ? 'agentcore' : readHost(signingName(options) ?? url.hostname)?.kind;
  return { kind: 'url', host, url, scope, local: isLoopback(url.hostname), functionName: undefined };
}

async function readFunction(target: string, options: TargetOptions): Promise<Endpoint> {
  const { functionName, region: named } = readFunctionTarget(target);
  const region = options.region ?? named ?? environmentRegion() ?? (await profileRegion(options.profile));
  if (region === undefined) {
    throw new TargetError(
      'A function name alone does not tell its region: give --region, set AWS_REGION, or give the ARN.',
    );
  }
  const { AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL } = process.env;
  const given = options.endpoint || AWS_ENDPOINT_URL_LAMBDA || AWS_ENDPOINT_URL;
  const url = new URL(given || `https://${endpointHost('lambda', region)}/`);
  const scope = { service: 'lambda', region };
  return { kind: 'function', host: undefined, url, scope, local: isLoopback(url.hostname), functionName };
}

const HOSTS: Readonly<Record<HostKind, string | undefined>> = {
  'function-url': 'a Lambda function URL',
  'web-function': 'a Lambda Web Function',
  api: 'an API Gateway API',
  agentcore: 'a Bedrock AgentCore endpoint',
  endpoint: undefined,
};

export function whatHost({ hostname }: URL): string {
  return HOSTS[readHost(hostname)?.kind ?? 'endpoint'] ?? hostname;
}

function pathAdvice({ kind, host, url, local }: Endpoint): string | undefined {
  const plain = host === 'function-url' || (local && host === undefined);
  return kind === 'url' && plain && url.pathname !== '/'
    ? `The server sees the path ${url.pathname}: leave it out unless your server asks for one.`
    : undefined;
}

function typoAdvice(target: string): string | undefined {
  if (/lambda-?url|on\.aws/i.test(target)) {
    return 'A function URL looks like https://ID.lambda-url.REGION.on.aws/. Copy it from: aws lambda get-function-url-config --function-name NAME';
  }
  return undefined;
}
