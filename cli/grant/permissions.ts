import { createHash } from 'node:crypto';
import type { Grantee } from './grantee.ts';

/**
 * The way in: the function URL, which tells the server who calls; the Invoke API, which does not; or both.
 */
export type Via = 'url' | 'invoke' | 'both';

/** What a statement opens. */
export type Opening = 'url' | 'invoke-via-url' | 'invoke';

/** A statement to be, as AddPermission takes it. */
export interface Permission {
  readonly opening: Opening;
  readonly StatementId: string;
  readonly Action: 'lambda:InvokeFunctionUrl' | 'lambda:InvokeFunction';
  readonly Principal: string;
  readonly PrincipalOrgID?: string;
  readonly FunctionUrlAuthType?: 'AWS_IAM';
  readonly InvokedViaFunctionUrl?: true;
}

const OPENINGS: Readonly<Record<Via, readonly Opening[]>> = {
  url: ['url', 'invoke-via-url'],
  invoke: ['invoke'],
  both: ['url', 'invoke-via-url', 'invoke'],
};

/**
 * The statements that let a grantee in. A function URL has asked for two actions since October 2025;
 * `lambda:InvokeFunction` without its condition opens the Invoke API. `both` keeps the statements of `url` and
 * `invoke` apart, so that one way in can be closed without the other.
 *
 * Source: AWS Lambda Developer Guide, "Control access to Lambda function URLs".
 */
export function permissionsFor(grantee: Grantee, via: Via): Permission[] {
  return OPENINGS[via].map((opening) => ({
    opening,
    StatementId: `${statementPrefix(grantee)}-${opening}`,
    Action: opening === 'url' ? 'lambda:InvokeFunctionUrl' : 'lambda:InvokeFunction',
    Principal: grantee.principal,
    ...(grantee.organizationId && { PrincipalOrgID: grantee.organizationId }),
    ...(opening === 'url' && { FunctionUrlAuthType: 'AWS_IAM' }),
    ...(opening === 'invoke-via-url' && { InvokedViaFunctionUrl: true }),
  }));
}

/** Legible, and the same for the same grantee only: paths, accounts and case go into the hash. */
function statementPrefix({ principal, organizationId, kind }: Grantee): string {
  const text = organizationId ?? principal;
  const name = kind === 'everyone' ? kind : text.slice(text.search(/[^/:]*$/));
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${name.replaceAll(/[^A-Za-z0-9-]/g, '-').slice(0, 48)}-${hash}`;
}
