import { isPrincipalArn, isUniqueId } from '../../local/iam/aws-principal.ts';
import { isAccountId, readArn } from '../../wire/aws/arn.ts';
import { PARTITIONS } from '../../wire/aws/partitions.ts';
import { whyNoPrincipalArn } from '../../wire/aws/principal-problem.ts';
import { UsageError } from '../usage-error.ts';

/** Whom a function's policy can let in. */
export interface Grantee {
  readonly kind: 'account' | 'organization' | 'role' | 'user' | 'session' | 'everyone';
  /** As the policy names it: an ARN, an account's 12 digits, or `*`. */
  readonly principal: string;
  /** `o-…`, which narrows `*`. */
  readonly organizationId: string | undefined;
  /** 12 digits; undefined for an organization and for everyone. */
  readonly accountId: string | undefined;
  /** Such as `aws`; undefined where the text does not tell. */
  readonly partition: string | undefined;
  /** What the policy can say, and its author might not mean. */
  readonly warnings: readonly string[];
}

/**
 * Reads an account id, an organization id, `*`, or the ARN of an account's root, a role, a user or a session.
 *
 * Source: AWS IAM User Guide, "AWS JSON policy elements: Principal"; AWS Lambda API Reference, AddPermission.
 *
 * @throws {UsageError} for what no function's policy can mean, saying what to grant instead
 */
export function readGrantee(text: string): Grantee {
  if (text === '*') return grantee('everyone', { warnings: [EVERYONE] });
  if (isAccountId(text)) return grantee('account', { principal: text, accountId: text, warnings: [accountWide(text)] });
  if (text.startsWith('o-')) {
    if (!/^o-[a-z0-9]{10,32}$/.test(text)) throw refuse(text, 'An organization id is o- and 10 to 32 of a-z and 0-9.');
    return grantee('organization', { organizationId: text, warnings: [organizationWide(text)] });
  }
  if (text.startsWith('arn:')) return readPrincipal(text);
  throw refuse(text, whyNoPrincipal(text));
}

function readPrincipal(arn: string): Grantee {
  const { partition = '', service = '', accountId = '', resource = '' } = readArn(arn) ?? {};
  const problem = whyNoPrincipalArn({ partition, service, accountId, resource });
  if (problem !== undefined) throw refuse(arn, problem);
  if (!isPrincipalArn(arn)) throw refuse(arn, 'It is not the ARN of an account’s root, a role, a user or a session.');
  const known = { principal: arn, accountId, partition };
  if (resource === 'root') return grantee('account', { ...known, warnings: [accountWide(accountId)] });
  const [type, ...path] = resource.split('/');
  if (type === 'user') return grantee('user', known);
  if (type === 'role') return grantee('role', { ...known, warnings: roleWarnings(path) });
  const warning =
    type === 'federated-user'
      ? 'A federated user’s session is a principal to IAM, but AWS Lambda documents none: grant the user behind it.'
      : `This lets in the session ${path[1]} only, and whoever may assume the role ${path[0]} chooses that name. To ` +
        `let in the role itself: arn:${partition}:iam::${accountId}:role/${path[0]}`;
  return grantee('session', { ...known, warnings: [warning] });
}

function whyNoPrincipal(text: string): string {
  if (isUniqueId(text))
    return 'It is a unique id, which a policy shows for a role or user that was deleted: give an ARN.';
  if (/^(?:AKIA|ASIA)/.test(text)) {
    return 'It looks like an access key’s id. Give the ARN that it belongs to: aws sts get-caller-identity';
  }
  if (/^[\d-]+$/.test(text)) return 'An account id has 12 digits.';
  if (PARTITIONS.some(({ dnsSuffix }) => text.endsWith(`.${dnsSuffix}`))) {
    return 'An AWS service calls for itself and speaks no MCP. Grant the role that the agent runs as.';
  }
  return 'Give an ARN (arn:aws:iam::ACCOUNT:role/NAME), an account id (12 digits), or an organization id (o-…).';
}

const EVERYONE =
  '* is every AWS account there is: whoever has one, and an identity policy that allows it, may call the function. ' +
  'To let in your organization, give its id (o-…).';

function accountWide(accountId: string): string {
  return `This leaves it to account ${accountId}: any of its roles and users whose own policy allows it may call.`;
}

function organizationWide(organizationId: string): string {
  return `This leaves it to each account of ${organizationId}: any role and user whose own policy allows it may call.`;
}

/** Roles that AWS makes have a path, and a session’s ARN does not show it. */
function roleWarnings(path: readonly string[]): string[] {
  const name = path.at(-1) ?? '';
  const expected = name.startsWith('AWSReservedSSO_')
    ? 'aws-reserved/sso.amazonaws.com/REGION/'
    : name.startsWith('AWSServiceRoleFor')
      ? 'aws-service-role/SERVICE.amazonaws.com/'
      : '';
  if (expected === '' || path.length > 1) return [];
  return [
    `Roles of this kind have a path, such as role/${expected}${name}. Without it AWS knows no such role. Its ARN: ` +
      `aws iam get-role --role-name ${name} --query Role.Arn`,
  ];
}

function grantee(kind: Grantee['kind'], known: Partial<Grantee>): Grantee {
  return {
    kind,
    principal: '*',
    organizationId: undefined,
    accountId: undefined,
    partition: undefined,
    warnings: [],
    ...known,
  };
}

function refuse(text: string, why: string): UsageError {
  return new UsageError(`No policy can let in ${JSON.stringify(text)}. ${why}`);
}
