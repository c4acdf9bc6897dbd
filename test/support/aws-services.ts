import { type IncomingRequest, readIncoming, sendJson } from '../../local/http-io.ts';
import { decide } from '../../local/iam/decide.ts';
import type { PolicyDocument } from '../../local/iam/policy.ts';
import { listen } from '../../local/listen.ts';
import { verifySigV4 } from '../../local/sigv4/verify.ts';
import { ACCOUNT } from './lambda.ts';
import { credentials } from './signed-server.ts';

/** An error as AWS answers it. */
export class AwsFault extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape, as the wire carries it
type Json = any;

/** Answers an operation, such as `GetResources`, in a region; throws `AwsFault`. */
export type Operations = Record<string, (input: Json, region: string) => Json>;

export interface AwsServices {
  /** What a function needs in its environment to find these services, and to sign. */
  readonly environment: Record<string, string>;
  /** The operations called, each with its region and input. */
  readonly calls: readonly { readonly operation: string; readonly region: string; readonly input: Json }[];
  close(): Promise<void>;
}

/** By the prefix of `x-amz-target`: whom the request must be signed for, and what IAM calls the service. */
const SERVICES: Record<string, { signingName: string; iam: string }> = {
  AWSInsightsIndexService: { signingName: 'ce', iam: 'ce' },
  ResourceGroupsTaggingAPI_20170126: { signingName: 'tagging', iam: 'tag' },
  Logs_20140328: { signingName: 'logs', iam: 'logs' },
};

/** Amazon Bedrock's one operation, in AWS's REST protocol: the input stands in the path. */
const GET_INFERENCE_PROFILE = /^\/inference-profiles\/([^/?]+)$/;

/**
 * Cost Explorer, the tagging API and CloudWatch Logs on loopback, in their wire protocol (AWS JSON 1.1), and Amazon
 * Bedrock's inference profiles in theirs (AWS REST JSON 1). Each request's
 * signature is verified, and its action is decided by IAM's rules on `policy`.
 */
export async function startAwsServices(policy: PolicyDocument, operations: Operations): Promise<AwsServices> {
  const calls: { operation: string; region: string; input: Json }[] = [];
  const { origin: endpoint, close } = await listen(async (request, response) => {
    const incoming = await readIncoming(request, 1024 * 1024);
    if (!incoming) return void response.writeHead(413).end();
    response.setHeader('x-amzn-requestid', `request-${calls.length}`);
    try {
      const { service, operation, input } = readCall(incoming);
      const [, region = ''] = /Credential=[^/]+\/\d{8}\/([^/]+)\//.exec(incoming.header('authorization') ?? '') ?? [];
      const verification = verifySigV4(incoming, {
        findAccessKey: (id) => (id === credentials.accessKeyId ? credentials : undefined),
        region,
        service: service.signingName,
        now: new Date(),
      });
      if (!verification.ok) throw new AwsFault(verification.refusal.errorType, verification.refusal.message, 403);
      calls.push({ operation, region, input });
      authorize(policy, `${service.iam}:${operation}`, resourceOf(input, service.iam, region));
      const answer = operations[operation];
      if (!answer) throw new AwsFault('UnknownOperationException', operation);
      sendJson(response, 200, answer(input, region), { 'content-type': 'application/x-amz-json-1.1' });
    } catch (error) {
      // What a test expects of a request, and does not find, fails the call too.
      const { type, status, message } = error instanceof AwsFault ? error : new AwsFault('Unexpected', String(error));
      sendJson(response, status, { __type: type, message }, { 'x-amzn-errortype': type });
    }
  });
  return {
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
    },
    calls,
    close,
  };
}

function readCall({ method, target, header, body }: IncomingRequest) {
  const [, profile] = GET_INFERENCE_PROFILE.exec(target) ?? [];
  if (method === 'GET' && profile !== undefined) {
    const input: Json = { inferenceProfileIdentifier: decodeURIComponent(profile) };
    return { service: { signingName: 'bedrock', iam: 'bedrock' }, operation: 'GetInferenceProfile', input };
  }
  const [prefix = '', operation = ''] = header('x-amz-target')?.split('.') ?? [];
  const service = SERVICES[prefix];
  if (!service || header('content-type') !== 'application/x-amz-json-1.1') {
    throw new AwsFault('UnknownOperationException', '');
  }
  return { service, operation, input: JSON.parse(Buffer.from(body).toString()) as Json };
}

/** CloudWatch Logs asks about the group's streams, Cost Explorer and the tagging API about nothing in particular. */
function resourceOf({ logGroupName, inferenceProfileIdentifier }: Json, service: string, region: string): string {
  if (inferenceProfileIdentifier) return inferenceProfileIdentifier;
  return `arn:aws:${service}:${region}:${ACCOUNT}:${logGroupName ? `log-group:${logGroupName}:log-stream:` : 'any'}`;
}

function authorize(policy: PolicyDocument, action: string, resource: string): void {
  const arn = `arn:aws:iam::${ACCOUNT}:role/tools`;
  const sessionArn = `arn:aws:sts::${ACCOUNT}:assumed-role/tools/session`;
  const principal = {
    arn,
    sessionArn,
    accountId: ACCOUNT,
    uniqueId: 'AROAEXAMPLETOOLS0001A',
    identityPolicies: [policy],
  };
  const { allowed } = decide({ principal, action, resource, resourceAccountId: ACCOUNT, context: {} }, () => {});
  if (allowed) return;
  const who = `User: ${sessionArn} is not authorized to perform: ${action} on resource: ${resource}`;
  throw new AwsFault('AccessDeniedException', `${who} because no identity-based policy allows the ${action} action`);
}
