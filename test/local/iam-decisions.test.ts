import { describe, expect, it } from 'vitest';
import { type AccessRequest, decide } from '../../local/iam/decide.ts';
import {
  type ConditionBlock,
  type PolicyDocument,
  PolicyError,
  parsePolicy,
  type Statement,
} from '../../local/iam/policy.ts';
import type { IamPrincipal } from '../../local/iam/principal.ts';

const ACCOUNT = '111122223333';
const OTHER_ACCOUNT = '444455556666';
const FUNCTION = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:mcp`;

const role: IamPrincipal = {
  arn: `arn:aws:iam::${ACCOUNT}:role/agents/agent`,
  sessionArn: `arn:aws:sts::${ACCOUNT}:assumed-role/agent/run-1`,
  accountId: ACCOUNT,
  organizationId: 'o-abcdefghij',
  uniqueId: 'AROAEXAMPLEAGENT0001A',
  identityPolicies: [],
};
const user: IamPrincipal = {
  arn: `arn:aws:iam::${ACCOUNT}:user/people/Ann`,
  accountId: ACCOUNT,
  uniqueId: 'AIDAEXAMPLEPERSON001A',
  identityPolicies: [],
};
const stranger: IamPrincipal = {
  arn: `arn:aws:iam::${OTHER_ACCOUNT}:role/partner`,
  sessionArn: `arn:aws:sts::${OTHER_ACCOUNT}:assumed-role/partner/run-1`,
  accountId: OTHER_ACCOUNT,
  organizationId: 'o-zyxwvutsrq',
  uniqueId: 'AROAEXAMPLEPARTNER01A',
  identityPolicies: [],
};

/** Requests of the table: `lambda:InvokeFunction` by `role`, with no policy at all, unless said otherwise. */
interface Situation {
  readonly principal?: IamPrincipal;
  readonly action?: string;
  readonly resource?: string;
  /** Statements of one identity-based policy. */
  readonly identity?: readonly Loose[];
  /** Statements of the resource-based policy. */
  readonly policy?: readonly Loose[];
  readonly context?: AccessRequest['context'];
  readonly version?: string;
}

/** A statement as somebody may have written it. */
type Loose = Readonly<Record<string, unknown>>;

type Expected = 'allowed' | 'allowed, warned' | 'refused' | 'denied' | 'refused, warned' | 'denied, warned';

/** What is tried, the rule of AWS's that it rests on, the situation, and what comes of it. */
type Row = readonly [name: string, rule: string, situation: Situation, expected: Expected];

function outcome(situation: Situation): { expected: Expected; reason: string; lines: string[] } {
  const { principal = role, action = 'lambda:InvokeFunction', resource = FUNCTION, context = {} } = situation;
  const { identity, policy, version = '2012-10-17' } = situation;
  const document = (statements: readonly Loose[]) =>
    ({ Version: version, Statement: statements }) as unknown as PolicyDocument;
  const lines: string[] = [];
  const decision = decide(
    {
      principal: { ...principal, identityPolicies: identity ? [document(identity)] : [] },
      action,
      resource,
      resourceAccountId: ACCOUNT,
      ...(policy && { resourcePolicy: document(policy) }),
      context,
    },
    (line) => lines.push(line),
  );
  const word = decision.allowed ? 'allowed' : decision.explicitDeny ? 'denied' : 'refused';
  return { expected: (lines.length > 0 ? `${word}, warned` : word) as Expected, reason: decision.reason, lines };
}

function table(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    it.each(rows)('%s (%s)', (_name, _rule, situation, expected) => {
      const { expected: actual, reason, lines } = outcome(situation);
      expect(actual, [reason, ...lines].join('\n')).toBe(expected);
    });
  });
}

const allow = (fields: Loose = {}): Loose => ({
  Effect: 'Allow',
  Action: 'lambda:InvokeFunction',
  Resource: FUNCTION,
  ...fields,
});
const deny = (fields: Loose = {}): Loose => ({ ...allow(fields), Effect: 'Deny' });
const grant = (principal: unknown, fields: Loose = {}): Loose => allow({ Principal: principal, ...fields });
const forbid = (principal: unknown, fields: Loose = {}): Loose => deny({ Principal: principal, ...fields });
const aws = (...principals: string[]) => ({ AWS: principals });

const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const OTHER_ROOT = `arn:aws:iam::${OTHER_ACCOUNT}:root`;
const LOGIC = 'reference_policies_evaluation-logic';
const PRINCIPAL = 'reference_policies_elements_principal';
const NOT_PRINCIPAL = 'reference_policies_elements_notprincipal';
const CROSS = 'reference_policies_evaluation-logic-cross-account';
const ELEMENTS = 'reference_policies_elements';
const RESOURCE = 'reference_policies_elements_resource';
const LAMBDA = 'lambda urls-auth';
const STRICT = 'what is not known never lets in';

// biome-ignore format: a row a line
table('within an account', [
  ['no policy at all', LOGIC, {}, 'refused'],
  ['the identity-based policy alone is enough', LOGIC, { identity: [allow()] }, 'allowed'],
  ['the resource-based policy alone is enough, for the role', PRINCIPAL, { policy: [grant(aws(role.arn))] }, 'allowed'],
  ['… for a session of the role', PRINCIPAL, { policy: [grant(aws(role.sessionArn as string))] }, 'allowed'],
  ['… not for another session of it', PRINCIPAL, { policy: [grant(aws(`${role.sessionArn}2`))] }, 'refused'],
  ['… for a user', PRINCIPAL, { principal: user, policy: [grant({ AWS: user.arn })] }, 'allowed'],
  ['… not for another user', PRINCIPAL, { principal: user, policy: [grant({ AWS: `${user.arn}e` })] }, 'refused'],
  ['user names are case-sensitive', PRINCIPAL, { principal: user, policy: [grant({ AWS: user.arn.replace('Ann', 'ann') })] }, 'refused'],
  ['a role ARN without its path is another role', PRINCIPAL, { policy: [grant(aws(`arn:aws:iam::${ACCOUNT}:role/agent`))] }, 'refused'],
  ['a role, by the id that is left of it', PRINCIPAL, { policy: [grant(aws(role.uniqueId))] }, 'allowed'],
  ['… of a role that was made anew', PRINCIPAL, { policy: [grant(aws('AROAEXAMPLEAGENT0000Z'))] }, 'refused'],
  ['everyone, as "*"', PRINCIPAL, { policy: [grant('*')] }, 'allowed'],
  ['everyone, as {"AWS": "*"}', PRINCIPAL, { policy: [grant({ AWS: '*' })] }, 'allowed'],
  ['the account root is not enough by itself', PRINCIPAL, { policy: [grant(aws(ROOT))] }, 'refused'],
  ['nor is the account id', PRINCIPAL, { principal: user, policy: [grant({ AWS: ACCOUNT })] }, 'refused'],
  ['the account root, and the identity-based policy', PRINCIPAL, { identity: [allow()], policy: [grant(aws(ROOT))] }, 'allowed'],
  ['the account root beside the role', PRINCIPAL, { policy: [grant(aws(ROOT, role.arn))] }, 'allowed'],
  ['another account', PRINCIPAL, { policy: [grant(aws(OTHER_ROOT))] }, 'refused'],
  ['a service', PRINCIPAL, { policy: [grant({ Service: 's3.amazonaws.com' })] }, 'refused'],
  ['a service, and the role', PRINCIPAL, { policy: [grant({ Service: 's3.amazonaws.com', AWS: role.arn })] }, 'allowed'],
]);

// biome-ignore format: a row a line
table('from another account', [
  ['no policy at all', CROSS, { principal: stranger }, 'refused'],
  ['the identity-based policy alone', CROSS, { principal: stranger, identity: [allow()] }, 'refused'],
  ['the resource-based policy alone', CROSS, { principal: stranger, policy: [grant(aws(stranger.arn))] }, 'refused'],
  ['everyone alone', CROSS, { principal: stranger, policy: [grant('*')] }, 'refused'],
  ['both', CROSS, { principal: stranger, identity: [allow()], policy: [grant(aws(stranger.arn))] }, 'allowed'],
  ['both, by the account root', CROSS, { principal: stranger, identity: [allow()], policy: [grant(aws(OTHER_ROOT))] }, 'allowed'],
  ['both, by the account id', CROSS, { principal: stranger, identity: [allow()], policy: [grant(aws(OTHER_ACCOUNT))] }, 'allowed'],
  ['both, but for the owner of the function', CROSS, { principal: stranger, identity: [allow()], policy: [grant(aws(ROOT))] }, 'refused'],
]);

// biome-ignore format: a row a line
table('explicit deny', [
  ['in the identity-based policy', LOGIC, { identity: [allow(), deny()] }, 'denied'],
  ['… over the resource-based policy', LOGIC, { identity: [deny()], policy: [grant('*')] }, 'denied'],
  ['in the resource-based policy', LOGIC, { identity: [allow()], policy: [forbid(aws(role.arn))] }, 'denied'],
  ['of everyone', LOGIC, { identity: [allow()], policy: [forbid('*')] }, 'denied'],
  ['of the account', PRINCIPAL, { identity: [allow()], policy: [forbid(aws(ROOT))] }, 'denied'],
  ['of another session', PRINCIPAL, { identity: [allow()], policy: [forbid(aws(`${role.sessionArn}2`))] }, 'allowed'],
  ['of another action', LOGIC, { identity: [allow(), deny({ Action: 'lambda:InvokeFunctionUrl' })] }, 'allowed'],
  ['of a stranger whom both allow', CROSS, { principal: stranger, identity: [allow(), deny()], policy: [grant('*')] }, 'denied'],
  ['order does not matter', LOGIC, { identity: [deny(), allow()] }, 'denied'],
]);

// biome-ignore format: a row a line
table('NotPrincipal, NotAction, NotResource', [
  ['Deny spares whom it lists with account, role and session', NOT_PRINCIPAL, { identity: [allow()], policy: [deny({ NotPrincipal: aws(ROOT, role.arn, role.sessionArn as string) })] }, 'allowed'],
  ['… a user with its account', NOT_PRINCIPAL, { principal: user, identity: [allow()], policy: [deny({ NotPrincipal: aws(ROOT, user.arn) })] }, 'allowed'],
  ['… and not who is listed without its account', NOT_PRINCIPAL, { identity: [allow()], policy: [deny({ NotPrincipal: aws(role.arn) })] }, 'denied, warned'],
  ['… nor who is not listed', NOT_PRINCIPAL, { identity: [allow()], policy: [deny({ NotPrincipal: aws(OTHER_ROOT) })] }, 'denied'],
  ['… and everyone by "*"', NOT_PRINCIPAL, { identity: [allow()], policy: [deny({ NotPrincipal: '*' })] }, 'allowed'],
  ['Allow is not supported', NOT_PRINCIPAL, { policy: [allow({ NotPrincipal: aws(OTHER_ROOT) })] }, 'refused, warned'],
  ['NotAction without Action', `${ELEMENTS}_notaction`, { identity: [{ Effect: 'Allow', NotAction: 'lambda:Delete*', Resource: '*' }] }, 'allowed'],
  ['… and not its own', `${ELEMENTS}_notaction`, { identity: [{ Effect: 'Allow', NotAction: ['iam:*', 'LAMBDA:invoke*'], Resource: '*' }] }, 'refused'],
  ['NotAction with Deny', `${ELEMENTS}_notaction`, { identity: [allow(), { Effect: 'Deny', NotAction: 'lambda:GetFunction', Resource: '*' }] }, 'denied'],
  ['NotResource allows every other resource', `${ELEMENTS}_notresource`, { identity: [{ Effect: 'Allow', Action: 'lambda:*', NotResource: `${FUNCTION}-secret` }] }, 'allowed'],
  ['… and not its own', `${ELEMENTS}_notresource`, { identity: [{ Effect: 'Allow', Action: 'lambda:*', NotResource: FUNCTION }] }, 'refused'],
  ['NotResource with Deny', `${ELEMENTS}_notresource`, { identity: [allow(), { Effect: 'Deny', Action: '*', NotResource: 'arn:aws:s3:::*' }] }, 'denied'],
]);

// biome-ignore format: a row a line
table('actions', [
  ['another action', `${ELEMENTS}_action`, { identity: [allow({ Action: 'lambda:GetFunction' })] }, 'refused'],
  ['InvokeFunctionUrl does not hold InvokeFunction', LAMBDA, { identity: [allow({ Action: 'lambda:InvokeFunctionUrl' })] }, 'refused'],
  ['InvokeFunction does not hold InvokeFunctionUrl', LAMBDA, { action: 'lambda:InvokeFunctionUrl', identity: [allow()] }, 'refused'],
  ['whatever its case', `${ELEMENTS}_action`, { identity: [allow({ Action: 'LAMBDA:invokefunction' })] }, 'allowed'],
  ['with *', `${ELEMENTS}_action`, { identity: [allow({ Action: 'lambda:Invoke*' })] }, 'allowed'],
  ['with ?', `${ELEMENTS}_action`, { identity: [allow({ Action: 'lambda:InvokeFunctio?' })] }, 'allowed'],
  ['? is one character', `${ELEMENTS}_action`, { identity: [allow({ Action: 'lambda:InvokeFunction?' })] }, 'refused'],
  ['all of Lambda', `${ELEMENTS}_action`, { identity: [allow({ Action: ['s3:*', 'lambda:*'] })] }, 'allowed'],
  ['all', `${ELEMENTS}_action`, { identity: [allow({ Action: '*' })] }, 'allowed'],
  ['a wildcard in the service', STRICT, { identity: [allow({ Action: 'lamb*:InvokeFunction' })] }, 'refused, warned'],
]);

// biome-ignore format: a row a line
table('resources', [
  ['another function', RESOURCE, { identity: [allow({ Resource: `${FUNCTION}2` })] }, 'refused'],
  ['names are case-sensitive', RESOURCE, { identity: [allow({ Resource: FUNCTION.replace('mcp', 'MCP') })] }, 'refused'],
  ['all', RESOURCE, { identity: [allow({ Resource: '*' })] }, 'allowed'],
  ['one of a list', RESOURCE, { identity: [allow({ Resource: ['arn:aws:s3:::bucket', FUNCTION] })] }, 'allowed'],
  ['an alias is not the function', LAMBDA, { resource: `${FUNCTION}:prod`, identity: [allow()] }, 'refused'],
  ['the function is not its alias', LAMBDA, { identity: [allow({ Resource: `${FUNCTION}:prod` })] }, 'refused'],
  ['nor are all its aliases', LAMBDA, { identity: [allow({ Resource: `${FUNCTION}:*` })] }, 'refused'],
  ['$LATEST is a qualifier like another', LAMBDA, { resource: `${FUNCTION}:$LATEST`, identity: [allow()] }, 'refused'],
  ['an alias', RESOURCE, { resource: `${FUNCTION}:prod`, identity: [allow({ Resource: `${FUNCTION}:prod` })] }, 'allowed'],
  ['every alias', RESOURCE, { resource: `${FUNCTION}:prod`, identity: [allow({ Resource: `${FUNCTION}:*` })] }, 'allowed'],
  ['a final * goes beyond the colon', RESOURCE, { resource: `${FUNCTION}:prod`, identity: [allow({ Resource: `${FUNCTION}*` })] }, 'allowed'],
  ['an alias of every function', RESOURCE, { resource: `${FUNCTION}:prod`, identity: [allow({ Resource: FUNCTION.replace('mcp', '*:prod') })] }, 'allowed'],
  ['every region', RESOURCE, { identity: [allow({ Resource: FUNCTION.replace('us-east-1', '*') })] }, 'allowed'],
  ['every region and account', RESOURCE, { identity: [allow({ Resource: 'arn:aws:lambda:*:*:function:m?p' })] }, 'allowed'],
  ['an ARN that ends early in *', RESOURCE, { identity: [allow({ Resource: 'arn:aws:lambda:us-east-1:*' })] }, 'allowed'],
  ['? is one character, and no colon', RESOURCE, { resource: `${FUNCTION}:p`, identity: [allow({ Resource: `${FUNCTION}?p` })] }, 'refused, warned'],
  ['* that would have to cross colons', RESOURCE, { identity: [allow({ Resource: 'arn:aws:lambda:*:mcp' })] }, 'refused, warned'],
  ['… denies', RESOURCE, { identity: [allow(), deny({ Resource: 'arn:aws:lambda:*:mcp' })] }, 'denied, warned'],
  ['a wildcard for the service', RESOURCE, { identity: [allow({ Resource: 'arn:aws:*:us-east-1:*:function:mcp' })] }, 'refused, warned'],
  ...['arn:aws:lambda', 'arn:aws', 'arn:aws:lambda:us-east-1', `arn:aws:lambda:us-east-1:${ACCOUNT}`, 'arn:aws:s3'].flatMap((few): Row[] => [
    [`fewer than six parts: ${few}`, STRICT, { identity: [allow({ Resource: few })] }, 'refused, warned'],
    ['… in a Deny', STRICT, { identity: [allow(), deny({ Resource: few })] }, 'denied, warned'],
    ['… as NotResource', STRICT, { identity: [{ Effect: 'Allow', Action: '*', NotResource: few }] }, 'refused, warned'],
  ]),
  ...['functi*:mcp', 'functio?:mcp', '*:mcp', 'f*', 'functi*:*'].flatMap((kind): Row[] => [
    [`a wildcard in the type of the resource: ${kind}`, RESOURCE, { identity: [allow({ Resource: FUNCTION.replace('function:mcp', kind) })] }, 'refused, warned'],
    ['… in a Deny', RESOURCE, { identity: [allow(), deny({ Resource: FUNCTION.replace('function:mcp', kind) })] }, 'denied, warned'],
    ['… as NotResource', RESOURCE, { identity: [{ Effect: 'Allow', Action: '*', NotResource: FUNCTION.replace('function:mcp', kind) }] }, 'refused, warned'],
  ]),
  ['every resource of the account', RESOURCE, { identity: [allow({ Resource: FUNCTION.replace('function:mcp', '*') })] }, 'allowed'],
  ['characters of regular expressions', RESOURCE, { identity: [allow({ Resource: FUNCTION.replace('mcp', 'm.p') })] }, 'refused'],
]);

const CONTEXT = {
  'aws:SourceIp': '203.0.113.7',
  'aws:CurrentTime': '2026-11-20T12:00:00.000Z',
  'aws:SecureTransport': 'true',
  'aws:UserAgent': 'agent/1.0 (linux)',
  'aws:RequestedRegion': 'us-east-1',
  'lambda:FunctionUrlAuthType': 'AWS_IAM',
};

/** Whether an Allow statement with these conditions lets in. */
function conditions(
  title: string,
  rows: readonly (readonly [string, string, ConditionBlock, Expected, Situation?])[],
): void {
  table(
    title,
    rows.map(([name, rule, Condition, expected, situation]) => [
      name,
      rule,
      { context: CONTEXT, identity: [allow({ Condition })], ...situation },
      expected,
    ]),
  );
}

const STRING = 'Conditions_String';
const NUMERIC = 'Conditions_Numeric';
const DATE = 'Conditions_Date';
const BOOL = 'Conditions_Boolean';
const IP = 'Conditions_IPAddress';
const ARN = 'Conditions_ARN';
const IF_EXISTS = 'Conditions_IfExists';
const NULL = 'Conditions_Null';
const SETS = 'single-vs-multi-valued-context-keys';
const MANY = 'condition-logic-multiple-context-keys-or-values';
const MISSING = 'condition_operators, a key that is not there';
const KEYS = 'reference_policies_condition-keys';

// biome-ignore format: a row a line
conditions('string conditions', [
  ['equal', STRING, { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }, 'allowed'],
  ['of another case', STRING, { StringEquals: { 'aws:RequestedRegion': 'US-EAST-1' } }, 'refused'],
  ['has no wildcards', STRING, { StringEquals: { 'aws:RequestedRegion': 'us-*' } }, 'refused'],
  ['key names know no case', KEYS, { StringEquals: { 'AWS:requestedregion': 'us-east-1' } }, 'allowed'],
  ['one of the values', MANY, { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] } }, 'allowed'],
  ['every key', MANY, { StringEquals: { 'aws:RequestedRegion': 'us-east-1', 'aws:PrincipalAccount': OTHER_ACCOUNT } }, 'refused'],
  ['every operator', MANY, { StringEquals: { 'aws:RequestedRegion': 'us-east-1' }, Bool: { 'aws:SecureTransport': 'false' } }, 'refused'],
  ['missing', MISSING, { StringEquals: { 'aws:username': 'Ann' } }, 'refused'],
  ['not equal', STRING, { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } }, 'allowed'],
  ['not equal, to none of the values', MANY, { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] } }, 'refused'],
  ['not equal, missing', MISSING, { StringNotEquals: { 'aws:username': 'Ann' } }, 'allowed'],
  ['equal ignoring case', STRING, { StringEqualsIgnoreCase: { 'aws:RequestedRegion': 'US-East-1' } }, 'allowed'],
  ['equal ignoring case, missing', MISSING, { StringEqualsIgnoreCase: { 'aws:username': 'ann' } }, 'refused'],
  ['not equal ignoring case', STRING, { StringNotEqualsIgnoreCase: { 'aws:RequestedRegion': 'US-East-1' } }, 'refused'],
  ['not equal ignoring case, missing', MISSING, { StringNotEqualsIgnoreCase: { 'aws:username': 'ann' } }, 'allowed'],
  ['like', STRING, { StringLike: { 'aws:UserAgent': 'agent/?.* (*)' } }, 'allowed'],
  ['like, of another case', STRING, { StringLike: { 'aws:UserAgent': 'Agent*' } }, 'refused'],
  ['like, missing', MISSING, { StringLike: { 'aws:username': '*' } }, 'refused'],
  ['not like', STRING, { StringNotLike: { 'aws:UserAgent': 'agent*' } }, 'refused'],
  ['not like, missing', MISSING, { StringNotLike: { 'aws:username': '*' } }, 'allowed'],
  ['a number as value', `${ELEMENTS}_condition`, { StringEquals: { 'aws:PrincipalAccount': Number(ACCOUNT) } }, 'allowed'],
  ['no condition at all', `${ELEMENTS}_condition`, {}, 'allowed'],
]);

// biome-ignore format: a row a line
conditions('ARN conditions', [
  ['like', ARN, { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::*:role/agents/*` } }, 'allowed'],
  ['ArnEquals takes wildcards too', ARN, { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/*` } }, 'allowed'],
  ['the role, not the session', KEYS, { ArnEquals: { 'aws:PrincipalArn': role.sessionArn as string } }, 'refused'],
  ['a string operator', ARN, { StringEquals: { 'aws:PrincipalArn': role.arn } }, 'allowed'],
  ['a wildcard stays in its component', ARN, { ArnLike: { 'aws:SourceArn': `arn:aws:sns:*:finance` } }, 'refused, warned'],
  ['… six of them', ARN, { ArnLike: { 'aws:SourceArn': `arn:aws:s:*:${ACCOUNT}:finance/*` } }, 'refused', { context: { 'aws:SourceArn': `arn:aws:s:us-east-2:${OTHER_ACCOUNT}:store/abc:${ACCOUNT}:finance/a.txt` } }],
  ['… where a string goes on', STRING, { StringLike: { 'aws:SourceArn': `arn:aws:s:*:${ACCOUNT}:finance/*` } }, 'allowed', { context: { 'aws:SourceArn': `arn:aws:s:us-east-2:${OTHER_ACCOUNT}:store/abc:${ACCOUNT}:finance/a.txt` } }],
  ['the last component may hold colons', ARN, { ArnLike: { 'lambda:FunctionArn': `${FUNCTION}*` } }, 'allowed', { context: { 'lambda:FunctionArn': `${FUNCTION}:prod` } }],
  ['… and counts with them', ARN, { ArnLike: { 'lambda:FunctionArn': `${FUNCTION}:test` } }, 'refused', { context: { 'lambda:FunctionArn': `${FUNCTION}:prod` } }],
  ['… whole', ARN, { ArnEquals: { 'lambda:FunctionArn': `${FUNCTION}:prod` } }, 'allowed', { context: { 'lambda:FunctionArn': `${FUNCTION}:prod` } }],
  ['like, missing', MISSING, { ArnLike: { 'aws:SourceArn': 'arn:aws:*:*:*:*' } }, 'refused'],
  ['not like', ARN, { ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::*:role/agents/*` } }, 'refused'],
  ['not equal', ARN, { ArnNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/other` } }, 'allowed'],
  ['not like, missing', MISSING, { ArnNotLike: { 'aws:SourceArn': 'arn:aws:s3:::bucket' } }, 'allowed'],
  ['what is no ARN', STRICT, { ArnLike: { 'aws:PrincipalArn': '*' } }, 'refused, warned'],
]);

// biome-ignore format: a row a line
conditions('Bool and Null conditions', [
  ['true', BOOL, { Bool: { 'aws:SecureTransport': 'true' } }, 'allowed'],
  ['true, as JSON has it', BOOL, { Bool: { 'aws:SecureTransport': true } }, 'allowed'],
  ['false', BOOL, { Bool: { 'aws:SecureTransport': 'false' } }, 'refused'],
  ['missing', MISSING, { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } }, 'refused'],
  ['missing, for false', MISSING, { Bool: { 'lambda:InvokedViaFunctionUrl': 'false' } }, 'refused'],
  ['through the function URL', LAMBDA, { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } }, 'allowed', { context: { 'lambda:InvokedViaFunctionUrl': 'true' } }],
  ['StringEquals of a Bool key', STRICT, { StringEquals: { 'lambda:InvokedViaFunctionUrl': 'true' } }, 'refused, warned', { context: { 'lambda:InvokedViaFunctionUrl': 'true' } }],
  ['neither true nor false', STRICT, { Bool: { 'aws:SecureTransport': 'yes' } }, 'refused, warned'],
  ['Null true of what is missing', NULL, { Null: { 'aws:username': 'true' } }, 'allowed'],
  ['Null true of what is there', NULL, { Null: { 'aws:userid': 'true' } }, 'refused'],
  ['Null false of what is there', NULL, { Null: { 'aws:userid': false } }, 'allowed'],
  ['Null false of what is missing', NULL, { Null: { 'aws:username': 'false' } }, 'refused'],
  ['Null of neither', STRICT, { Null: { 'aws:username': 'no' } }, 'refused, warned'],
  ['NullIfExists', IF_EXISTS, { NullIfExists: { 'aws:username': 'true' } }, 'refused, warned'],
]);

// biome-ignore format: a row a line
conditions('IP address conditions', [
  ['an address', IP, { IpAddress: { 'aws:SourceIp': '203.0.113.7' } }, 'allowed'],
  ['another', IP, { IpAddress: { 'aws:SourceIp': '203.0.113.8' } }, 'refused'],
  ['a range', IP, { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, 'allowed'],
  ['all of IPv4', IP, { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }, 'allowed'],
  ['one of two ranges', IP, { IpAddress: { 'aws:SourceIp': ['2001:DB8:1234:5678::/64', '203.0.113.0/24'] } }, 'allowed'],
  ['an IPv6 range', IP, { IpAddress: { 'aws:SourceIp': '2001:DB8:1234:5678::/64' } }, 'allowed', { context: { 'aws:SourceIp': '2001:db8:1234:5678:9::1' } }],
  ['… not of IPv4', IP, { IpAddress: { 'aws:SourceIp': '::/0' } }, 'refused'],
  ['an IPv4 address as node may give it', IP, { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, 'allowed', { context: { 'aws:SourceIp': '::ffff:203.0.113.7' } }],
  ['missing', MISSING, { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }, 'refused', { context: {} }],
  ['not in a range', IP, { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, 'refused'],
  ['not in another', IP, { NotIpAddress: { 'aws:SourceIp': '198.51.100.0/24' } }, 'allowed'],
  ['not, missing', MISSING, { NotIpAddress: { 'aws:SourceIp': '198.51.100.0/24' } }, 'allowed', { context: {} }],
  ['what is no range', STRICT, { NotIpAddress: { 'aws:SourceIp': '198.51.100.0/33' } }, 'refused, warned'],
  ['a request from what is no address', STRICT, { NotIpAddress: { 'aws:SourceIp': '198.51.100.0/24' } }, 'refused, warned', { context: { 'aws:SourceIp': 'unknown' } }],
]);

// biome-ignore format: a row a line
conditions('date and numeric conditions', [
  ['before', DATE, { DateLessThan: { 'aws:CurrentTime': '2026-11-20T12:00:01Z' } }, 'allowed'],
  ['not before itself', DATE, { DateLessThan: { 'aws:CurrentTime': '2026-11-20T12:00:00Z' } }, 'refused'],
  ['at or before', DATE, { DateLessThanEquals: { 'aws:CurrentTime': '2026-11-20T13:00:00+01:00' } }, 'allowed'],
  ['after', DATE, { DateGreaterThan: { 'aws:CurrentTime': '2026-11-20' } }, 'allowed'],
  ['at or after', DATE, { DateGreaterThanEquals: { 'aws:CurrentTime': '2026-11-20T12:00Z' } }, 'allowed'],
  ['at', DATE, { DateEquals: { 'aws:CurrentTime': '1795176000' } }, 'allowed'],
  ['not at', DATE, { DateNotEquals: { 'aws:CurrentTime': '2026-11-20T12:00:00Z' } }, 'refused'],
  ['after, missing', MISSING, { DateGreaterThan: { 'aws:CurrentTime': '2026-11-20' } }, 'refused', { context: {} }],
  ['not at, missing', MISSING, { DateNotEquals: { 'aws:CurrentTime': '2026-11-20' } }, 'allowed', { context: {} }],
  ['what is no date', STRICT, { DateLessThan: { 'aws:CurrentTime': '20 November 2026' } }, 'refused, warned'],
  ['a time without zone', STRICT, { DateLessThan: { 'aws:CurrentTime': '2026-11-21T12:00:00' } }, 'refused, warned'],
  ['seconds since 1970', KEYS, { DateEquals: { 'aws:EpochTime': '2026-11-20T12:00:00Z' } }, 'allowed'],
  ['equal', NUMERIC, { NumericEquals: { 'aws:EpochTime': 1795176000 } }, 'allowed'],
  ['not equal', NUMERIC, { NumericNotEquals: { 'aws:EpochTime': '1795176000' } }, 'refused'],
  ['less than', NUMERIC, { NumericLessThan: { 'aws:EpochTime': '1795176000.5' } }, 'allowed'],
  ['less than or equal', NUMERIC, { NumericLessThanEquals: { 'aws:EpochTime': '1795176000' } }, 'allowed'],
  ['greater than', NUMERIC, { NumericGreaterThan: { 'aws:EpochTime': '1795176000' } }, 'refused'],
  ['greater than or equal', NUMERIC, { NumericGreaterThanEquals: { 'aws:EpochTime': '-1' } }, 'allowed'],
  ['a number, missing', MISSING, { NumericLessThan: { 'aws:EpochTime': '9999999999' } }, 'refused', { context: {} }],
  ['not a number, missing', MISSING, { NumericNotEquals: { 'aws:EpochTime': '1' } }, 'allowed', { context: {} }],
  ['what is no number', STRICT, { NumericLessThan: { 'aws:EpochTime': '1e99' } }, 'refused, warned'],
]);

const REGIONS = { context: { 'aws:RequestedRegion': ['us-east-1', 'eu-west-1'] } };
// biome-ignore format: a row a line
conditions('IfExists and sets', [
  ['IfExists, there', IF_EXISTS, { StringEqualsIfExists: { 'aws:RequestedRegion': 'eu-west-1' } }, 'refused'],
  ['IfExists, missing', IF_EXISTS, { StringEqualsIfExists: { 'aws:username': 'Ann' } }, 'allowed'],
  ['BoolIfExists, missing', IF_EXISTS, { BoolIfExists: { 'lambda:InvokedViaFunctionUrl': 'true' } }, 'allowed'],
  ['ForAllValues, all', SETS, { 'ForAllValues:StringLike': { 'aws:RequestedRegion': ['us-*', 'eu-*'] } }, 'allowed', REGIONS],
  ['ForAllValues, one not', SETS, { 'ForAllValues:StringLike': { 'aws:RequestedRegion': 'us-*' } }, 'refused', REGIONS],
  ['ForAllValues, missing', SETS, { 'ForAllValues:StringEquals': { 'aws:username': 'Ann' } }, 'allowed'],
  ['ForAllValues negated, none', SETS, { 'ForAllValues:StringNotEquals': { 'aws:RequestedRegion': 'ap-south-1' } }, 'allowed', REGIONS],
  ['ForAllValues negated, one', SETS, { 'ForAllValues:StringNotEquals': { 'aws:RequestedRegion': 'us-east-1' } }, 'refused', REGIONS],
  ['ForAnyValue, one', SETS, { 'ForAnyValue:StringEquals': { 'aws:RequestedRegion': 'eu-west-1' } }, 'allowed', REGIONS],
  ['ForAnyValue, none', SETS, { 'ForAnyValue:StringEquals': { 'aws:RequestedRegion': 'ap-south-1' } }, 'refused', REGIONS],
  ['ForAnyValue, missing', SETS, { 'ForAnyValue:StringEquals': { 'aws:username': 'Ann' } }, 'refused'],
  ['ForAnyValue negated, missing', SETS, { 'ForAnyValue:StringNotEquals': { 'aws:username': 'Ann' } }, 'refused'],
  ['ForAnyValue negated, one other', SETS, { 'ForAnyValue:StringNotEquals': { 'aws:RequestedRegion': 'us-east-1' } }, 'allowed', REGIONS],
  ['ForAnyValue IfExists, missing', IF_EXISTS, { 'ForAnyValue:StringEqualsIfExists': { 'aws:username': 'Ann' } }, 'refused, warned'],
  ['… and there', IF_EXISTS, { 'ForAnyValue:StringEqualsIfExists': { 'aws:RequestedRegion': 'us-east-1' } }, 'allowed', REGIONS],
  ['… and there with others', IF_EXISTS, { 'ForAnyValue:StringEqualsIfExists': { 'aws:RequestedRegion': 'ap-south-1' } }, 'refused', REGIONS],
  ['… negated, missing', IF_EXISTS, { 'ForAnyValue:StringNotLikeIfExists': { 'aws:username': 'Ann' } }, 'refused, warned'],
  ['… of a Bool, missing', IF_EXISTS, { 'ForAnyValue:BoolIfExists': { 'lambda:InvokedViaFunctionUrl': 'true' } }, 'refused, warned'],
  ['ForAllValues IfExists, missing', IF_EXISTS, { 'ForAllValues:StringEqualsIfExists': { 'aws:username': 'Ann' } }, 'allowed'],
  ['several values without a set operator', STRICT, { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }, 'refused, warned', REGIONS],
  ['a set operator that is none', STRICT, { 'ForSomeValues:StringEquals': { 'aws:RequestedRegion': 'us-east-1' } }, 'refused, warned'],
]);

// biome-ignore format: a row a line
conditions('keys of the principal', [
  ['organization', KEYS, { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } }, 'allowed'],
  ['another organization', KEYS, { StringEquals: { 'aws:PrincipalOrgID': 'o-zyxwvutsrq' } }, 'refused'],
  ['no organization', MISSING, { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } }, 'refused', { principal: user }],
  ['account', KEYS, { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } }, 'allowed'],
  ['account of the function', KEYS, { StringEquals: { 'aws:ResourceAccount': ACCOUNT } }, 'allowed', { context: {} }],
  ['type of a session', KEYS, { StringEquals: { 'aws:PrincipalType': 'AssumedRole' } }, 'allowed'],
  ['type of a user', KEYS, { StringEquals: { 'aws:PrincipalType': 'User' } }, 'allowed', { principal: user }],
  ['id of a session', KEYS, { StringLike: { 'aws:userid': `${role.uniqueId}:run-*` } }, 'allowed'],
  ['id of a user', KEYS, { StringEquals: { 'aws:userid': user.uniqueId } }, 'allowed', { principal: user }],
  ['name of a user, without path', KEYS, { StringEquals: { 'aws:username': 'Ann' } }, 'allowed', { principal: user }],
  ['the request cannot claim one', KEYS, { StringEquals: { 'aws:username': 'Ann' } }, 'refused', { context: { 'aws:username': 'Ann' } }],
]);

const orgGrant = [grant('*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-zyxwvutsrq' } } })];
const urlGrants = [
  grant(aws(role.arn), {
    Action: 'lambda:InvokeFunctionUrl',
    Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
  }),
  grant(aws(role.arn), { Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } }),
];
// biome-ignore format: a row a line
table('function URLs and organizations', [
  ['the first of two actions', LAMBDA, { action: 'lambda:InvokeFunctionUrl', policy: urlGrants, context: CONTEXT }, 'allowed'],
  ['the second of two actions', LAMBDA, { policy: urlGrants, context: { 'lambda:InvokedViaFunctionUrl': 'true' } }, 'allowed'],
  ['the second is missing', LAMBDA, { policy: urlGrants.slice(0, 1), context: { 'lambda:InvokedViaFunctionUrl': 'true' } }, 'refused'],
  ['the Invoke API does not get in by the second', LAMBDA, { policy: urlGrants }, 'refused'],
  ['a URL of another auth type', LAMBDA, { action: 'lambda:InvokeFunctionUrl', policy: urlGrants, context: { 'lambda:FunctionUrlAuthType': 'NONE' } }, 'refused'],
  ['a stranger of the organization', KEYS, { principal: stranger, identity: [allow()], policy: orgGrant }, 'allowed'],
  ['… without identity-based policy', CROSS, { principal: stranger, policy: orgGrant }, 'refused'],
  ['somebody of another organization', KEYS, { policy: orgGrant }, 'refused'],
]);

const USERNAME = `\${aws:username}`;
const variable = (inner: string) => `\${${inner}}`;
const VARIABLES = 'reference_policies_variables';
const own = (key: string, inner: string) => allow({ Condition: { StringEquals: { [key]: variable(inner) } } });
/** As an organization guards its accounts: nobody from elsewhere, services excepted. */
const guard = (key: string, inner: string, principal: unknown = '*') => [
  grant(principal, {
    Effect: 'Deny',
    Condition: {
      StringNotEqualsIfExists: { [key]: variable(inner) },
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
    },
  }),
  grant(principal),
];
// biome-ignore format: a row a line
table('policy variables', [
  ['of the account, in a condition', VARIABLES, { identity: [own('aws:ResourceAccount', 'aws:PrincipalAccount')] }, 'allowed'],
  ['… for a stranger', VARIABLES, { principal: stranger, identity: [own('aws:ResourceAccount', 'aws:PrincipalAccount')], policy: [grant('*')] }, 'refused'],
  ['… in the Deny of a guardrail', VARIABLES, { policy: guard('aws:ResourceAccount', 'aws:PrincipalAccount') }, 'allowed'],
  ['… for a stranger', VARIABLES, { principal: stranger, identity: [allow()], policy: guard('aws:ResourceAccount', 'aws:PrincipalAccount') }, 'denied'],
  ['of the organization', VARIABLES, { policy: guard('aws:ResourceOrgID', 'aws:PrincipalOrgID') }, 'allowed'],
  ['… which nobody here knows of a stranger\'s function', STRICT, { principal: stranger, identity: [allow()], policy: guard('aws:ResourceOrgID', 'aws:PrincipalOrgID') }, 'denied, warned'],
  ['of the user, in a resource', VARIABLES, { principal: user, resource: `${FUNCTION}-Ann`, identity: [allow({ Resource: `${FUNCTION}-${USERNAME}` })] }, 'allowed'],
  ['… of another', VARIABLES, { principal: user, resource: `${FUNCTION}-Bob`, identity: [allow({ Resource: `${FUNCTION}-${USERNAME}` })] }, 'refused'],
  ['… in a Deny', VARIABLES, { principal: user, resource: `${FUNCTION}-Ann`, identity: [allow({ Resource: '*' }), deny({ Resource: `${FUNCTION}-${USERNAME}` })] }, 'denied'],
  ['beside a wildcard', VARIABLES, { principal: user, resource: `${FUNCTION}-Ann-1`, identity: [allow({ Resource: `${FUNCTION}-${USERNAME}-*` })] }, 'allowed'],
  ['whatever its case', VARIABLES, { identity: [own('aws:ResourceAccount', 'AWS:principalaccount')] }, 'allowed'],
  ['in an ARN condition', VARIABLES, { identity: [allow({ Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${variable('aws:ResourceAccount')}:role/*` } } })] }, 'allowed'],
  ['of what has no value', STRICT, { identity: [own('aws:PrincipalArn', 'aws:username')] }, 'refused, warned'],
  ['… in a Deny', STRICT, { identity: [allow(), deny({ Condition: { StringNotEquals: { 'aws:PrincipalAccount': USERNAME } } })] }, 'denied, warned'],
  ['… with a default', VARIABLES, { identity: [own('aws:PrincipalType', "aws:username, 'AssumedRole'")] }, 'allowed'],
  ['… whose default is not needed', VARIABLES, { identity: [own('aws:PrincipalType', "aws:PrincipalAccount, 'AssumedRole'")] }, 'refused'],
  ['of what has several', STRICT, { context: { 'aws:RequestedRegion': ['a', 'b'] }, identity: [own('aws:PrincipalArn', 'aws:RequestedRegion')] }, 'refused, warned'],
  ['of what is not known here', STRICT, { identity: [own('aws:PrincipalArn', 'aws:PrincipalTag/team')] }, 'refused, warned'],
  ['that is not closed', STRICT, { identity: [allow({ Condition: { StringNotEquals: { 'aws:PrincipalArn': '${aws:username' } } })] }, 'refused, warned'],
  ['that the caller fills with a wildcard', STRICT, { context: { 'aws:UserAgent': '*' }, identity: [allow({ Resource: `${FUNCTION}${variable('aws:UserAgent')}` })] }, 'refused, warned'],
  ['… in a condition', STRICT, { context: { 'aws:UserAgent': '*' }, identity: [allow({ Condition: { StringLike: { 'aws:PrincipalArn': variable('aws:UserAgent') } } })] }, 'refused, warned'],
  ['… where it is none', VARIABLES, { context: { 'aws:UserAgent': '*' }, identity: [own('aws:UserAgent', 'aws:UserAgent')] }, 'allowed'],
  ['of a character that has a meaning', VARIABLES, { context: { 'aws:UserAgent': 'a*$' }, identity: [allow({ Condition: { StringEquals: { 'aws:UserAgent': `a${variable('*')}${variable('$')}` } } })] }, 'allowed'],
  ['before the fifth colon', VARIABLES, { identity: [allow({ Resource: FUNCTION.replace(ACCOUNT, variable('aws:PrincipalAccount')) })] }, 'refused, warned'],
  ['where no text is compared', VARIABLES, { context: { 'aws:SourceIp': '203.0.113.7' }, identity: [allow({ Condition: { IpAddress: { 'aws:SourceIp': variable('aws:SourceIp') } } })] }, 'refused, warned'],
  ['… which is text in 2008-10-17', VARIABLES, { version: '2008-10-17', principal: user, resource: `${FUNCTION}Ann`, identity: [allow({ Resource: `${FUNCTION}${USERNAME}` })] }, 'refused'],
]);

const nothing = 'access-analyzer-reference-policy-checks, suggestions';
// biome-ignore format: a row a line
table('lists of nothing', [
  ['no action', nothing, { identity: [allow({ Action: [] })] }, 'refused'],
  ['… denied', nothing, { identity: [allow(), deny({ Action: [] })] }, 'allowed'],
  ['no resource', nothing, { identity: [allow({ Resource: [] })] }, 'refused'],
  ['nobody', nothing, { policy: [grant({ AWS: [] })] }, 'refused'],
  ['… at all', nothing, { policy: [grant({})] }, 'refused'],
  ['no condition of an operator', nothing, { identity: [allow({ Condition: { StringEquals: {} } })] }, 'allowed'],
  ['no value of a condition', STRICT, { identity: [allow({ Condition: { StringNotEquals: { 'aws:userid': [] } } })] }, 'refused, warned'],
  ['… in a Deny', STRICT, { identity: [allow(), deny({ Condition: { StringEquals: { 'aws:userid': [] } } })] }, 'denied, warned'],
  ['not no action', STRICT, { identity: [{ Effect: 'Allow', NotAction: [], Resource: '*' }] }, 'refused, warned'],
  ['not no resource', STRICT, { identity: [{ Effect: 'Allow', Action: '*', NotResource: [] }] }, 'refused, warned'],
  ['not nobody, in a Deny', STRICT, { policy: [grant('*'), { Effect: 'Deny', NotPrincipal: { AWS: [] }, Action: '*', Resource: '*' }] }, 'denied, warned'],
]);

const odd = (Condition: Loose) => ({ context: CONTEXT, identity: [allow(), deny({ Condition })] });
// biome-ignore format: a row a line
table('what is not known', [
  ['an operator, in Allow', STRICT, { identity: [allow({ Condition: { StringMatches: { 'aws:userid': '*' } } })] }, 'refused, warned'],
  ['an operator, in Deny', STRICT, odd({ StringMatches: { 'aws:userid': 'x' } }), 'denied, warned'],
  ['an operator of another case', STRICT, { identity: [allow({ Condition: { stringequals: { 'aws:PrincipalAccount': ACCOUNT } } })] }, 'refused, warned'],
  ['a key, in Allow', STRICT, { identity: [allow({ Condition: { StringNotEquals: { 'aws:PrincipalTag/team': 'x' } } })] }, 'refused, warned'],
  ['a key, in Deny', STRICT, odd({ StringEquals: { 'aws:PrincipalTag/team': 'x' } }), 'denied, warned'],
  ['a key, with IfExists', STRICT, { identity: [allow({ Condition: { StringEqualsIfExists: { 'aws:Foo': 'x' } } })] }, 'refused, warned'],
  ['a key, with Null', STRICT, { identity: [allow({ Condition: { Null: { 'aws:MultiFactorAuthAge': 'true' } } })] }, 'refused, warned'],
  ['a key, beside a condition that is not fulfilled', MANY, odd({ StringEquals: { 'aws:PrincipalTag/team': 'x' }, Bool: { 'aws:SecureTransport': 'false' } }), 'allowed'],
  ['a key, in a Deny of something else', LOGIC, { identity: [allow(), deny({ Action: 's3:*', Condition: { StringEquals: { 'aws:Foo': 'x' } } })] }, 'allowed'],
  ['a Bool compared as string, in Deny', STRICT, odd({ StringEquals: { 'aws:SecureTransport': 'false' } }), 'denied, warned'],
  ['an element, in Allow', STRICT, { identity: [allow({ Actions: '*' })] }, 'refused, warned'],
  ['an element, in Deny', STRICT, { identity: [allow(), deny({ Action: 's3:*', Conditions: {} })] }, 'denied, warned'],
  ['an effect', STRICT, { identity: [allow(), { ...allow(), Effect: 'deny' }] }, 'denied, warned'],
  ['a version', STRICT, { version: '2030-01-01', identity: [allow()] }, 'denied, warned'],
  ['a principal type, in Allow', STRICT, { policy: [grant({ AWS: role.arn, Federated: 'cognito-identity.amazonaws.com' })] }, 'refused, warned'],
  ['a principal type, in Deny', STRICT, { identity: [allow()], policy: [forbid({ CanonicalUser: '79a59df900b949e5' })] }, 'denied, warned'],
  ['a wildcard within a principal', PRINCIPAL, { policy: [grant(aws(`arn:aws:iam::${ACCOUNT}:role/agents/*`))] }, 'refused, warned'],
  ['a wildcard for all sessions', PRINCIPAL, { policy: [grant(aws(`arn:aws:sts::${ACCOUNT}:assumed-role/agent/*`))] }, 'refused, warned'],
  ['a group as principal', PRINCIPAL, { policy: [grant(aws(`arn:aws:iam::${ACCOUNT}:group/agents`))] }, 'refused, warned'],
  ['no principal in a resource-based policy', PRINCIPAL, { policy: [allow()] }, 'refused, warned'],
  ['a principal in an identity-based policy', PRINCIPAL, { identity: [grant('*')] }, 'refused, warned'],
  ['Action and NotAction at once', `${ELEMENTS}_notaction`, { identity: [allow({ NotAction: 's3:*' })] }, 'refused, warned'],
  ['no resource', RESOURCE, { identity: [{ Effect: 'Allow', Action: '*' }] }, 'refused, warned'],
  ['an Allow beside one that is understood', LOGIC, { identity: [allow(), allow({ Condition: { Foo: { 'aws:userid': '1' } } })] }, 'allowed, warned'],
]);

describe('what is told', () => {
  it('names the rule that decided', () => {
    const reasonOf = (situation: Situation) => outcome(situation).reason;
    const cross = { principal: stranger };
    expect([
      reasonOf({}),
      reasonOf({ policy: [grant(aws(ROOT), { Sid: 'account' })] }),
      reasonOf({ policy: [grant(aws(role.arn), { Sid: 'agent' })] }),
      reasonOf({ identity: [allow()] }),
      reasonOf({ ...cross, identity: [allow()] }),
      reasonOf({ ...cross, policy: [grant('*')] }),
      reasonOf(cross),
      reasonOf({ ...cross, identity: [allow()], policy: [grant('*', { Sid: 'all' })] }),
      reasonOf({ identity: [allow(), deny({ Sid: 'never' })] }),
    ]).toEqual([
      'no resource-based policy and no identity-based policy allows the lambda:InvokeFunction action',
      'the resource-based policy (statement "account") names only the account, and no identity-based policy allows the lambda:InvokeFunction action',
      'the resource-based policy (statement "agent") allows the lambda:InvokeFunction action',
      'the identity-based policy (statement 1) allows the lambda:InvokeFunction action',
      'no resource-based policy allows the lambda:InvokeFunction action: a caller of account 444455556666 needs both in account 111122223333',
      'no identity-based policy allows the lambda:InvokeFunction action: a caller of account 444455556666 needs both in account 111122223333',
      'no identity-based and no resource-based policy allows the lambda:InvokeFunction action: a caller of account 444455556666 needs both in account 111122223333',
      'the identity-based policy (statement 1) and the resource-based policy (statement "all") both allow the lambda:InvokeFunction action',
      'an explicit deny in the identity-based policy (statement "never") forbids the lambda:InvokeFunction action',
    ]);
  });

  it('says what is not known, of which statement, and what that comes to', () => {
    const Condition = { StringEquals: { 'lambda:InvokedViaFunctionUrl': 'true' } };
    const allowing = outcome({ policy: [grant(aws(role.arn), { Sid: 'agent', Condition })] });
    expect(allowing.reason).toBe(
      'no resource-based policy and no identity-based policy allows the lambda:InvokeFunction action; a statement that is not understood was left out',
    );
    expect(allowing.lines).toEqual([
      `IAM: statement "agent" of the resource-based policy of ${FUNCTION} allows nothing: StringEquals does not compare lambda:InvokedViaFunctionUrl, whose type is Bool`,
    ]);
    const denying = outcome({ identity: [allow(), deny({ Condition: { Bool: { 'aws:Foo': 'true' } } })] });
    expect(denying.reason).toBe(
      'the identity-based policy (statement 2) is not understood, and taken to deny the lambda:InvokeFunction action',
    );
    expect(denying.lines).toEqual([
      `IAM: statement 2 of the identity-based policy of ${role.arn} is taken to deny: the condition key aws:Foo is not known here`,
    ]);
  });
});

describe('callers that AWS could not know', () => {
  const { sessionArn: _, ...withoutSession } = role;
  it.each<[string, IamPrincipal]>([
    ['the root user', { ...user, arn: ROOT }],
    ['a role without session', withoutSession],
    ['a session of another role', { ...role, sessionArn: `arn:aws:sts::${ACCOUNT}:assumed-role/other/run-1` }],
    ['a user with a session', { ...user, sessionArn: role.sessionArn as string }],
    ['an account that is not the ARN’s', { ...role, accountId: OTHER_ACCOUNT }],
  ])('%s', (_name, principal) => {
    expect(outcome({ principal, policy: [grant('*')] }).expected).toBe('refused, warned');
  });

  it('a resource in another account than said', () => {
    const resource = FUNCTION.replace(ACCOUNT, OTHER_ACCOUNT);
    expect(outcome({ resource, identity: [allow({ Resource: '*' })] }).expected).toBe('refused, warned');
  });
});

describe('parsePolicy', () => {
  const statement: Statement = { Effect: 'Allow', Action: 'lambda:*', Resource: '*' };

  it('takes a policy as text or object, its statements in brackets or not', () => {
    const document: PolicyDocument = { Version: '2012-10-17', Statement: statement };
    expect(parsePolicy(JSON.stringify(document), 'identity')).toEqual(document);
    expect(parsePolicy({ Statement: [{ ...statement, Principal: '*' }] }, 'resource')).toBeDefined();
  });

  it.each([
    [
      'empty lists',
      { Statement: [{ ...statement, Action: [], Condition: { StringEquals: { 'aws:userid': [] } } }] },
      'identity',
    ],
    ['nobody', { Statement: [{ ...statement, Principal: { AWS: [] } }] }, 'resource'],
    [
      'an Id and Sids with hyphens',
      { Id: 'default', Statement: [{ ...statement, Sid: 'a-b', Principal: '*' }] },
      'resource',
    ],
    [
      'empty Sids',
      {
        Statement: [
          { ...statement, Sid: '' },
          { ...statement, Sid: '' },
        ],
      },
      'identity',
    ],
    [
      'one key in two operators',
      {
        Statement: [
          { ...statement, Condition: { StringLike: { 'aws:userid': 'a*' }, StringNotLike: { 'aws:UserId': 'ab' } } },
        ],
      },
      'identity',
    ],
  ] as const)('takes what IAM stores: %s', (_name, document, kind) => {
    expect(parsePolicy(document, kind)).toEqual(document);
  });

  it.each([
    ['no JSON', '{', 'identity', 'it is not JSON'],
    [
      'an element written twice',
      '{"Statement":{"Effect":"Deny","Action":"lambda:*","Resource":"*","\\u0045ffect":"Allow"}}',
      'identity',
      '"Effect" is written twice in one object',
    ],
    ['no object', '[]', 'identity', 'a policy is a JSON object'],
    ['no statement', { Version: '2012-10-17' }, 'identity', 'Statement is missing'],
    [
      'a version',
      { Version: '2012-10-18', Statement: [statement] },
      'identity',
      'the version "2012-10-18" is not known',
    ],
    [
      'an element',
      { Statement: [{ ...statement, Actions: '*' }] },
      'identity',
      'statement 1: the element "Actions" is not known',
    ],
    [
      'a list that is none',
      { Statement: [{ ...statement, Action: [1] }] },
      'identity',
      'statement 1: Action must be a string or a list of strings',
    ],
    ['an Id', { Id: 'x', Statement: [statement] }, 'identity', 'an identity-based policy cannot have Id'],
    [
      'a Sid twice',
      { Statement: [{ ...statement, Sid: 'a' }, statement, { ...statement, Sid: 'a', Effect: 'Deny' }] },
      'identity',
      'two statements have the Sid "a"',
    ],
    [
      'a Sid of other characters',
      { Statement: [{ ...statement, Sid: 'read-only' }] },
      'identity',
      'statement 1: the Sid "read-only" must be of letters and digits, in an identity-based policy',
    ],
    [
      'a key twice',
      { Statement: [{ ...statement, Condition: { StringLike: { 'aws:userid': 'a', 'aws:UserId': 'b' } } }] },
      'identity',
      'statement 1: StringLike has the condition key aws:userid twice',
    ],
    [
      'a wildcard for the service',
      { Statement: [{ ...statement, Resource: ['*', 'arn:aws:lamb*:*:*:*'] }] },
      'identity',
      'statement 1: Resource "arn:aws:lamb*:*:*:*" must be "*" or an ARN that names its service',
    ],
    [
      'no ARN',
      { Statement: [{ ...statement, Resource: 'mcp' }] },
      'identity',
      'statement 1: Resource "mcp" must be "*" or an ARN',
    ],
    [
      'conditions',
      { Statement: [{ ...statement, Condition: { Bool: 'true' } }] },
      'identity',
      'statement 1: Condition must hold values by operator and condition key',
    ],
    [
      'principals',
      { Statement: [{ ...statement, Principal: role.arn }] },
      'resource',
      'statement 1: Principal must be "*" or hold strings by type',
    ],
  ] as const)('refuses what IAM would not store: %s', (_name, document, kind, problem) => {
    const parse = () => parsePolicy(document, kind);
    expect(parse).toThrow(PolicyError);
    expect(parse).toThrow(`Not a policy that IAM would store: ${problem}`);
  });
});
