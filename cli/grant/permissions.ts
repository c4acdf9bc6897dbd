import { createHash } from 'node:crypto';
import {
  INVOKE_PERMISSIONS,
  type InvokePermission,
  type InvokeVia,
  type Opening,
} from '../../wire/aws/invoke-permissions.ts';
import type { Grantee } from './grantee.ts';

/** A statement to be, as AddPermission takes it. */
export interface Permission extends Input {
  readonly opening: Opening;
  readonly StatementId: string;
  readonly Principal: string;
  readonly PrincipalOrgID?: string;
}

type Input = InvokePermission['input'];

const OPENINGS: Readonly<Record<InvokeVia, readonly Opening[]>> = {
  url: ['url', 'invoke-via-url'],
  invoke: ['invoke'],
  both: ['url', 'invoke-via-url', 'invoke'],
};

/**
 * The statements that let a grantee in. `both` keeps those of `url` and `invoke` apart, so that one way in can be closed
 * without the other.
 */
export function permissionsFor(grantee: Grantee, via: InvokeVia): Permission[] {
  return OPENINGS[via].map((opening) => ({
    opening,
    StatementId: `${statementPrefix(grantee)}-${opening}`,
    Principal: grantee.principal,
    ...(grantee.organizationId && { PrincipalOrgID: grantee.organizationId }),
    ...INVOKE_PERMISSIONS[opening].input,
  }));
}

/** Legible, and the same for the same grantee only: paths, accounts and case go into the hash. */
function statementPrefix({ principal, organizationId, kind }: Grantee): string {
  const text = organizationId ?? principal;
  const name = kind === 'everyone' ? kind : text.slice(text.search(/[^/:]*$/));
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${name.replaceAll(/[^A-Za-z0-9-]/g, '-').slice(0, 48)}-${hash}`;
}
