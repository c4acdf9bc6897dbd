import type { FunctionTarget } from '../../transport/function-target.ts';
import { environmentRegion } from '../../transport/signing-scope.ts';
import { sigv4Fetch } from '../../transport/sigv4-fetch.ts';
import { API_GATEWAY } from '../../wire/access-log.ts';
import { readArn } from '../../wire/aws/arn.ts';
import { endpointHost } from '../../wire/aws/hosts.ts';
import { asRecord, isString, parseJson } from '../../wire/json.ts';
import { openLambdaClient } from '../aws-client.ts';
import { networkOptions } from '../network.ts';
import type { TargetOptions } from '../target-options.ts';

const TIMEOUT = 10_000;

/** What was found, or in a sentence why nothing was. */
export type FoundAccessLogs = { readonly groups: readonly string[] } | { readonly why: string };

/**
 * The access logs of the REST APIs that may call a function: its policy names the APIs and stages, and their stages name
 * the log groups. Needs `lambda:GetPolicy`, and `apigateway:GET` on the stages.
 *
 * Source: Amazon API Gateway REST API Reference, `GET /restapis/{restapi_id}/stages`, `accessLogSettings`.
 */
export async function findAccessLogs(target: FunctionTarget, options: TargetOptions): Promise<FoundAccessLogs> {
  try {
    const stages = stagesIn(await policyOf(target, options));
    if (stages.length === 0) return { why: 'the function’s policy names no REST API' };
    const found = await Promise.all(stages.map((stage) => logGroupsOf(stage, options)));
    const groups = [...new Set(found.flat())];
    return groups.length > 0 ? { groups } : { why: 'the stage writes no access log to CloudWatch Logs' };
  } catch (error) {
    return { why: (error as Error).message };
  }
}

interface Stage {
  readonly apiId: string;
  /** `*` for all. */
  readonly stage: string;
  readonly region: string;
}

async function policyOf({ functionName, qualifier, region }: FunctionTarget, options: TargetOptions): Promise<string> {
  const { GetPolicyCommand } = await import('@aws-sdk/client-lambda');
  const client = await openLambdaClient(options, region, TIMEOUT);
  const named = options.qualifier ?? qualifier;
  try {
    const { Policy = '' } = await client.send(
      new GetPolicyCommand({ FunctionName: functionName, ...(named && { Qualifier: named }) }),
    );
    return Policy;
  } finally {
    client.destroy();
  }
}

/** `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH`, once for each stage. */
function stagesIn(policy: string): Stage[] {
  const { Statement } = asRecord(parseJson(policy));
  const arns = [Statement].flat().flatMap((statement) => {
    const { Principal, Condition } = asRecord(statement);
    if (asRecord(Principal).Service !== API_GATEWAY) return [];
    return Object.values(asRecord(Condition)).flatMap((keys) =>
      Object.entries(asRecord(keys)).flatMap(([key, value]) =>
        key.toLowerCase() === 'aws:sourcearn' ? [value].flat().filter(isString) : [],
      ),
    );
  });
  const stages = new Map<string, Stage>();
  for (const arn of arns) {
    const { service, region = '', resource = '' } = readArn(arn) ?? {};
    const [apiId = '', stage = '*'] = resource.split('/');
    if (service === 'execute-api' && /^[a-z0-9]+$/.test(apiId))
      stages.set(`${apiId}/${stage}`, { apiId, stage, region });
  }
  return [...stages.values()];
}

async function logGroupsOf({ apiId, stage, region: named }: Stage, options: TargetOptions): Promise<string[]> {
  const region = named || options.region || environmentRegion() || '';
  const given = process.env.AWS_ENDPOINT_URL_API_GATEWAY || process.env.AWS_ENDPOINT_URL;
  const url = new URL(`/restapis/${apiId}/stages`, given || `https://${endpointHost('apigateway', region)}`);
  const send = sigv4Fetch({
    service: 'apigateway',
    region,
    ...networkOptions({ connectTimeout: TIMEOUT }),
    ...(options.profile && { profile: options.profile }),
  });
  const response = await send(url, { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(TIMEOUT) });
  const answer = asRecord(parseJson(await response.text()));
  if (!response.ok) {
    const said = isString(answer.message) ? `: ${answer.message}` : '';
    throw new Error(`API Gateway answers ${response.status} to GET ${url.pathname}${said}`);
  }
  return [answer.item].flat().flatMap((each) => {
    const { stageName, accessLogSettings } = asRecord(each);
    const { destinationArn } = asRecord(accessLogSettings);
    const isAsked = stage.includes('*') || stageName === stage;
    // Another destination is a stream of Firehose.
    const isGroup = isString(destinationArn) && readArn(destinationArn)?.service === 'logs';
    return isAsked && isGroup ? [destinationArn.replace(/:\*$/, '')] : [];
  });
}
