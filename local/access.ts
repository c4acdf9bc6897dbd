import { readArn } from '../wire/aws/arn.ts';
import type { IncomingRequest } from './http-io.ts';
import { type AccessDecision, decide } from './iam/decide.ts';
import { callerArn } from './iam/principal.ts';
import { type LocalFunction, qualifiedArn } from './local-function.ts';
import type { PrincipalKey } from './principals.ts';
import type { ResourcePolicies } from './resource-policy.ts';
import { type Verification, verifySigV4 } from './sigv4/verify.ts';

/** Says a line to the person who runs the local Lambda: what AWS would keep to itself, or what IAM here does not know. */
export type Report = (line: string) => void;

/** What a principal asks for. */
export interface Question {
  readonly action: string;
  /**
   * The function as it is named, which need not exist; without qualifier.
   * @default the one that does
   */
  readonly functionArn?: string;
  readonly qualifier?: string | undefined;
  /** IAM condition keys of the request. */
  readonly context?: Readonly<Record<string, string>>;
}

/** Who calls, and whether they may. */
export interface Access {
  authenticate(request: IncomingRequest): Verification<PrincipalKey>;
  authorize(caller: PrincipalKey, request: IncomingRequest, question: Question): AccessDecision;
}

export function createAccess(
  fn: LocalFunction,
  keys: ReadonlyMap<string, PrincipalKey>,
  policies: ResourcePolicies,
  report: Report,
): Access {
  return {
    authenticate(request) {
      const verification = verifySigV4(request, {
        findAccessKey: (accessKeyId) => keys.get(accessKeyId),
        region: fn.region,
        service: 'lambda',
        now: new Date(),
      });
      if (!verification.ok) report(`refused: ${verification.refusal.message}`);
      return verification;
    },
    authorize(caller, request, { action, functionArn = fn.arn, qualifier, context }) {
      const resourcePolicy = functionArn === fn.arn ? policies.document(qualifier) : undefined;
      const resourceAccountId = readArn(functionArn)?.accountId ?? '';
      const decision = decide(
        {
          principal: caller.principal,
          action,
          resource: qualifiedArn(functionArn, qualifier),
          resourceAccountId,
          ...(resourcePolicy && { resourcePolicy }),
          context: {
            'aws:SourceIp': request.sourceIp,
            'aws:SecureTransport': 'true',
            'aws:CurrentTime': new Date().toISOString(),
            'aws:RequestedRegion': fn.region,
            'aws:ResourceAccount': resourceAccountId,
            'aws:UserAgent': request.header('user-agent') ?? '',
            ...context,
          },
        },
        report,
      );
      if (!decision.allowed) report(`refused: ${callerArn(caller.principal)} may not ${action}: ${decision.reason}`);
      return decision;
    },
  };
}
