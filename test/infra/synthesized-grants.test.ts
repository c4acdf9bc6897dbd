import { fileURLToPath } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { awsFetch } from 'lambda-mcp/fetch';
import { callerStatements, type InvokeVia, McpFunction } from 'lambda-mcp/infra';
import {
  type LocalPrincipal,
  type LocalPrincipalOptions,
  type PolicyDocument,
  startLocalLambda,
} from 'lambda-mcp/local';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, allOfLambda } from '../support/lambda.ts';
import { deploy } from '../support/synthesized.ts';

// What the constructs write is given to the local Lambda, and callers then try each way in.

const entry = fileURLToPath(new URL('../fixtures/servers/fetch.ts', import.meta.url));
const OTHER = '444455556666';
const ORGANIZATION = 'o-a1b2c3d4e5';
const FUNCTION_ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:tools`;

interface Caller extends Omit<LocalPrincipalOptions, 'name' | 'policies'> {
  /** @default the policies of the stack's role Agent */
  readonly policies?: readonly PolicyDocument[];
}

type Grantee = (stack: Stack) => iam.IGrantable;

/** The ways in that are open to a caller named `agent`, once `grantee` was granted `via`. */
async function waysIn(grantee: Grantee | undefined, via: InvokeVia, caller: Caller = {}): Promise<string> {
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Stack');
  const tools = new McpFunction(stack, 'Tools', { entry });
  if (grantee) tools.grantInvoke(grantee(stack), { via });
  const { permissionsOf, policiesOf } = deploy(Template.fromStack(stack).toJSON() as never, () => 'tools');

  await using lambda = await startLocalLambda({
    entry,
    functionName: 'tools',
    principals: [{ name: 'agent', policies: policiesOf('Agent'), ...caller }],
    permissions: permissionsOf('tools'),
    report: () => {},
  });
  const [credentials] = lambda.principals as [LocalPrincipal];
  const { functionUrl, functionArn, region, lambdaEndpoint: endpoint } = lambda;
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  const open: string[] = [];
  for (const [way, target] of [
    ['url', functionUrl],
    ['invoke', functionArn],
    ['$LATEST', `${functionArn}:$LATEST`],
  ] as const) {
    const send = awsFetch(target, { credentials, region, endpoint });
    const { status } = await send(functionUrl, { method: 'POST', body });
    expect([200, 403]).toContain(status);
    if (status === 200) open.push(way);
  }
  return open.join(', ');
}

const role: Grantee = (stack) => new iam.Role(stack, 'Agent', { assumedBy: new iam.AccountRootPrincipal() });
const arn =
  (accountId: string): Grantee =>
  () =>
    new iam.ArnPrincipal(`arn:aws:iam::${accountId}:role/agent`);
const account: Grantee = () => new iam.AccountPrincipal(OTHER);
const organization: Grantee = () => new iam.OrganizationPrincipal(ORGANIZATION);

/** The other side of a grant across accounts. */
const own = (via: InvokeVia): PolicyDocument[] => [
  { Version: '2012-10-17', Statement: callerStatements(FUNCTION_ARN, { via }).map((one) => one.toStatementJson()) },
];
const there = (policies: readonly PolicyDocument[]): Caller => ({ accountId: OTHER, policies });
const member = (caller: Caller): Caller => ({ organizationId: ORGANIZATION, ...caller });

describe.concurrent('a caller of the same account', () => {
  it.each<[string, Grantee | undefined, InvokeVia, string]>([
    ['a role of the stack, via url', role, 'url', 'url'],
    ['a role of the stack, via invoke', role, 'invoke', 'invoke, $LATEST'],
    ['a role of the stack, via both', role, 'both', 'url, invoke, $LATEST'],
    ['a role named by its ARN, via url', arn(ACCOUNT), 'url', 'url'],
    ['a role named by its ARN, via invoke', arn(ACCOUNT), 'invoke', 'invoke'],
    ['a role named by its ARN, via both', arn(ACCOUNT), 'both', 'url, invoke'],
    ['a stranger', undefined, 'url', ''],
    ['a stranger, while another is granted', () => new iam.ArnPrincipal(`arn:aws:iam::${OTHER}:role/x`), 'both', ''],
    ['a stranger, while another account is granted', account, 'both', ''],
    ['a stranger, while an organisation is granted', organization, 'both', ''],
  ])('%s', async (_who, grantee, via, open) => {
    expect(await waysIn(grantee, via)).toBe(open);
  });
});

describe.concurrent('a caller of another account', () => {
  it.each<[string, Grantee | undefined, InvokeVia, Caller, string]>([
    ['named by its ARN, with its own half', arn(OTHER), 'url', there(own('url')), 'url'],
    ['named by its ARN, without its own half', arn(OTHER), 'both', there([]), ''],
    ['named via url, allowed everything at home', arn(OTHER), 'url', there([allOfLambda]), 'url'],
    ['named via invoke, with its own half', arn(OTHER), 'invoke', there(own('invoke')), 'invoke'],
    ['named via invoke, allowed everything at home', arn(OTHER), 'invoke', there([allOfLambda]), 'invoke'],
    ['named via both, with its own half', arn(OTHER), 'both', there(own('both')), 'url, invoke'],
    ['named via both, with its own half via url', arn(OTHER), 'both', there(own('url')), 'url'],
    ['of a granted account, with its own half', account, 'url', there(own('url')), 'url'],
    ['of a granted account, without its own half', account, 'both', there([]), ''],
    ['of no granted account, allowed everything at home', undefined, 'both', there([allOfLambda]), ''],
    [
      'of a third account, allowed everything at home',
      account,
      'both',
      { accountId: '777788889999', policies: [allOfLambda] },
      '',
    ],
  ])('%s', async (_who, grantee, via, caller, open) => {
    expect(await waysIn(grantee, via, caller)).toBe(open);
  });
});

describe.concurrent('a caller of a granted organisation', () => {
  it.each<[string, InvokeVia, Caller, string]>([
    ['in the same account', 'url', member({ policies: [] }), 'url'],
    ['in another account, with its own half', 'url', member(there(own('url'))), 'url'],
    ['in another account, via both', 'both', member(there(own('both'))), 'url, invoke'],
    ['in another account, without its own half', 'both', member(there([])), ''],
    [
      'of another organisation, allowed everything at home',
      'both',
      { ...there([allOfLambda]), organizationId: 'o-zzzzzzzzzz' },
      '',
    ],
    ['of none, allowed everything at home', 'both', there([allOfLambda]), ''],
  ])('%s', async (_who, via, caller, open) => {
    expect(await waysIn(organization, via, caller)).toBe(open);
  });
});
