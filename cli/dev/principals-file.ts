import type { AddPermissionInput, LocalPrincipalOptions } from '../../local/index.ts';
import { isRecord } from '../../wire/json.ts';
import { repeatedMembers } from '../../wire/repeated-members.ts';
import { readText } from '../input/read-text.ts';
import { UsageError } from '../usage-error.ts';
import { devPermissions, devPrincipals } from './default-principals.ts';

/** Who may call the local server. */
export interface DevPrincipals {
  readonly principals: readonly (LocalPrincipalOptions & { readonly description?: string })[];
  /** Statements of the function's resource policy, as AddPermission takes them. */
  readonly permissions: readonly AddPermissionInput[];
}

/**
 * Reads a file of one's own roles and policies: `{ "principals": [{ "name": …, "policies": […] }], "permissions": […] }`,
 * as `startLocalLambda` takes them.
 *
 * @param file default: those that `dev` offers
 * @throws {UsageError} when it cannot be read; the error of a malformed policy comes where it is used
 */
export function readPrincipals(file: string | undefined): DevPrincipals {
  if (file === undefined) return { principals: devPrincipals, permissions: devPermissions };
  let read: unknown;
  try {
    const text = readText(file);
    read = JSON.parse(text);
    const [name] = repeatedMembers(text);
    if (name !== undefined) throw new Error(`${JSON.stringify(name)} is written twice in one object`);
  } catch (error) {
    throw new UsageError(`--principals ${file}: ${(error as Error).message}`);
  }
  const { principals, permissions = [] } = isRecord(read) ? read : {};
  if (
    !Array.isArray(principals) ||
    !Array.isArray(permissions) ||
    !principals.every((each) => isRecord(each) && typeof each.name === 'string')
  ) {
    throw new UsageError(
      `--principals ${file} takes { "principals": [{ "name": "agent", "policies": [POLICY] }], "permissions": [STATEMENT] }.`,
    );
  }
  const names = principals.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`--principals ${file} has two principals of the name ${twice}.`);
  return { principals, permissions };
}
