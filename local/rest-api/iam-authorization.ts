import { decide } from '../iam/decide.ts';
import { toList } from '../iam/one-or-many.ts';
import { type PolicyDocument, parsePolicy } from '../iam/policy.ts';
import { callerArn } from '../iam/principal.ts';
import type { PrincipalKey } from '../principals.ts';
import { verifySigV4 } from '../sigv4/verify.ts';
import { methodArn, type RestApi } from './api.ts';
import type { Authorize } from './authorize.ts';
import { accessDenied, GATEWAY_RESPONSES } from './gateway-response.ts';

const ACTION = 'execute-api:Invoke';

/**
 * Authorization by IAM: SigV4 for `execute-api`, and `execute-api:Invoke`, by the caller's policies and the API's own.
 *
 * Source: Amazon API Gateway Developer Guide, "How API Gateway resource policies affect authorization workflow", IAM.
 *
 * @throws {PolicyError} when the resource policy is malformed
 */
export function iamAuthorization(
  api: RestApi,
  keys: ReadonlyMap<string, PrincipalKey>,
  given: PolicyDocument | undefined,
  report: (line: string) => void,
): Authorize {
  const resourcePolicy = given && parsePolicy(expanded(given, api), 'resource');
  return async (incoming) => {
    const { region, accountId } = api.fn;
    const verification = verifySigV4(incoming, {
      findAccessKey: (accessKeyId) => keys.get(accessKeyId),
      region,
      service: 'execute-api',
      now: new Date(),
    });
    if (!verification.ok) {
      const { errorType, message, statusCode } = verification.refusal;
      report(`refused: ${message}`);
      if (errorType === GATEWAY_RESPONSES.missingToken.errorType) return { refusal: GATEWAY_RESPONSES.missingToken };
      return { refusal: { status: statusCode, errorType, body: { message } } };
    }
    const caller = verification.accessKey;
    const resource = methodArn(api, incoming.method);
    const decision = decide(
      {
        principal: caller.principal,
        action: ACTION,
        resource,
        resourceAccountId: accountId,
        ...(resourcePolicy && { resourcePolicy }),
        context: {
          'aws:SourceIp': incoming.sourceIp,
          'aws:SecureTransport': 'true',
          'aws:CurrentTime': new Date().toISOString(),
          'aws:RequestedRegion': region,
          'aws:UserAgent': incoming.header('user-agent') ?? '',
        },
      },
      report,
    );
    if (decision.allowed) return { admitted: { caller } };
    const who = callerArn(caller.principal);
    report(`refused: ${who} may not ${ACTION}: ${decision.reason}`);
    const masked = resource.replace(accountId, `********${accountId.slice(-4)}`);
    const why = decision.explicitDeny ? 'with an explicit deny' : `because ${decision.reason}`;
    return {
      refusal: accessDenied(`User: ${who} is not authorized to perform: ${ACTION} on resource: ${masked} ${why}`),
    };
  };
}

/** In an API's policy `execute-api:/` stands for its ARN. */
function expanded(policy: PolicyDocument, { arn }: RestApi): PolicyDocument {
  const expand = (resource: string) => resource.replace(/^execute-api:\//, `${arn}/`);
  const Statement = toList(policy.Statement).map((statement) => ({
    ...statement,
    ...(statement.Resource !== undefined && { Resource: toList(statement.Resource).map(expand) }),
    ...(statement.NotResource !== undefined && { NotResource: toList(statement.NotResource).map(expand) }),
  }));
  return { ...policy, Statement };
}
