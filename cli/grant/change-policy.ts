import type { InvokeVia, Opening } from '../../wire/aws/invoke-permissions.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import { canonical } from './access-list.ts';
import type { Grantee } from './grantee.ts';
import type { Permission } from './permissions.ts';
import type { PolicyApi } from './policy-api.ts';
import { type PolicyStatement, readStatement, type StatementReading } from './statement.ts';

/** What became of one statement. */
export interface Change {
  readonly statementId: string;
  readonly result: 'added' | 'already there' | 'removed' | 'not there' | 'left';
  /** What else there is to say. */
  readonly note?: string;
}

export interface PolicyChange {
  readonly changes: readonly Change[];
  /** As Lambda wrote it into a statement; undefined when none was seen. */
  readonly functionArn: string | undefined;
}

/**
 * Adds the statements that are not there yet. A statement that opens the same to the same principal is enough,
 * whatever its id.
 *
 * @throws CommandError when AWS refuses, or an id is taken by a statement that means something else
 */
export async function addPermissions(
  api: PolicyApi,
  grantee: Grantee,
  permissions: readonly Permission[],
): Promise<PolicyChange> {
  const existing = await readable(api);
  const resources = (existing ?? []).map(({ Resource }) => Resource);
  const changes: Change[] = [];
  for (const permission of permissions) {
    const { StatementId: statementId, opening } = permission;
    const same = existing?.find((statement) => readingsFor(statement, grantee).some((each) => opens(each, opening)));
    if (same) {
      const other = same.Sid !== statementId;
      changes.push({
        statementId,
        result: 'already there',
        ...(other && { note: `as statement ${same.Sid ?? '(no id)'}` }),
      });
      continue;
    }
    const added = await api.add(permission);
    if (!added && existing?.some(({ Sid }) => Sid === statementId)) throw idTaken(statementId);
    resources.push(added?.Resource);
    changes.push({ statementId, result: added ? 'added' : 'already there' });
  }
  return { changes, functionArn: resources.find((resource) => typeof resource === 'string') };
}

/** A statement that is to go, or why it has to stay. */
export interface Removal {
  readonly statementId: string;
  /** Why it stays. */
  readonly note?: string;
  /** The policy may not be read: whether there is such a statement is not known. */
  readonly isGuessed?: boolean;
}

/**
 * The statements that open this way in to this principal alone, whoever wrote them. When the policy may not be read, those
 * with the ids that `addPermissions` gives.
 *
 * @throws CommandError when AWS refuses
 */
export async function findRemovals(
  api: PolicyApi,
  grantee: Grantee,
  via: InvokeVia,
  permissions: readonly Permission[],
): Promise<readonly Removal[]> {
  const existing = await readable(api);
  if (!existing) return permissions.map(({ StatementId: statementId }) => ({ statementId, isGuessed: true }));
  const meant = existing.filter((statement) => readingsFor(statement, grantee).some((each) => isMeant(each, via)));
  return meant.map((statement) => {
    const { Sid: statementId = '' } = statement;
    const others = readStatement(statement).length - 1;
    if (statementId !== '' && others === 0) return { statementId };
    return { statementId: statementId || '(no id)', note: `it also names ${others} others: split it first` };
  });
}

/** @throws CommandError when AWS refuses */
export async function removeStatements(api: PolicyApi, removals: readonly Removal[]): Promise<readonly Change[]> {
  const changes: Change[] = [];
  for (const { statementId, note } of removals) {
    if (note !== undefined) changes.push({ statementId, result: 'left', note });
    else changes.push({ statementId, result: (await api.remove(statementId)) ? 'removed' : 'not there' });
  }
  return changes;
}

/** Undefined when the caller may change the policy but not read it. */
async function readable(api: PolicyApi): Promise<PolicyStatement[] | undefined> {
  try {
    return await api.statements();
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === ExitCode.refused && /GetPolicy/.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}

function readingsFor(statement: PolicyStatement, grantee: Grantee): StatementReading[] {
  const wanted = grantee.organizationId ?? canonical(grantee.principal);
  return readStatement(statement).filter(
    ({ principal, deny, conditions }) => !deny && conditions.length === 0 && canonical(principal) === wanted,
  );
}

/** The condition of `invoke-via-url` is wanted as such: the Invoke API can then be closed without the URL. */
function opens(reading: StatementReading, opening: Opening): boolean {
  if (opening === 'url') return reading.url;
  return opening === 'invoke' ? reading.invoke : reading.invokeViaUrl && !reading.invoke;
}

function isMeant(reading: StatementReading, via: InvokeVia): boolean {
  if (via !== 'url' && reading.invoke) return true;
  return via !== 'invoke' && (reading.url || reading.unsigned || (reading.invokeViaUrl && !reading.invoke));
}

function idTaken(statementId: string): CommandError {
  return new CommandError(
    `The policy holds a statement ${statementId} that means something else. Look at it with --list, and remove it with ` +
      `aws lambda remove-permission --statement-id ${statementId}.`,
    ExitCode.failed,
  );
}
