import { execFileSync } from 'node:child_process';
import { GetPolicyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { sigv4Fetch } from 'lambda-mcp/fetch';
import type { LocalPrincipal } from 'lambda-mcp/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAccess } from '../../cli/grant/access-list.ts';
import { type PolicyStatement, readStatement } from '../../cli/grant/statement.ts';
import { bareEnvironment, environmentOf, runCli } from '../support/cli.ts';
import { ACCOUNT, startTestLambda, type TestLambda } from '../support/lambda.ts';

const FUNCTION = 'mcp-server';
const FUNCTION_ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${FUNCTION}`;
const role = (name: string, account = ACCOUNT) => `arn:aws:iam::${account}:role/${name}`;

describe('what it prints', () => {
  const grant = (...args: string[]) => runCli(['grant', ...args], { env: bareEnvironment });

  it('is both commands for the URL, without credentials, and nothing that opens the Invoke API', async () => {
    const { code, stdout } = await grant(FUNCTION_ARN, role('agent'));
    expect(code).toBe(0);
    const commands = stdout.trim().split('\n\n');
    expect(commands).toHaveLength(2);
    expect(commands[0]).toContain('--action lambda:InvokeFunctionUrl --function-url-auth-type AWS_IAM');
    expect(commands[1]).toContain('--action lambda:InvokeFunction --invoked-via-function-url');
    expect(commands.every((command) => command.includes(`--principal ${role('agent')}`))).toBe(true);
  });

  it('is InvokeFunction without the condition for the Invoke API alone', async () => {
    const { stdout } = await grant(FUNCTION_ARN, role('agent'), '--via', 'invoke');
    expect(stdout).toMatch(/--action lambda:InvokeFunction\n$/);
    expect(stdout).not.toContain('InvokeFunctionUrl');
  });

  it('keeps the three statements of both ways apart, under ids that do not change', async () => {
    const ids = async (...args: string[]) => {
      const { stdout } = await grant(FUNCTION_ARN, ...args);
      return [...stdout.matchAll(/--statement-id (\S+)/g)].map(([, id]) => id);
    };
    const both = await ids(role('agent'), '--via', 'both');
    expect(new Set(both).size).toBe(3);
    expect(await ids(role('agent'), '--via', 'both')).toEqual(both);
    expect(both).toEqual(expect.arrayContaining(await ids(role('agent'))));
    expect(both).not.toEqual(expect.arrayContaining(await ids(role('team/agent'))));
  });

  it('is what a shell takes, with nothing else on standard output', async () => {
    const { stdout, stderr } = await grant(FUNCTION, 'o-abcdefghij', '--region', 'eu-west-1', '--qualifier', 'live');
    const script = `aws() { for word in "$@"; do printf '%s|' "$word"; done; echo; }\n${stdout}`;
    const [first] = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\n');
    expect(first).toMatch(
      /^lambda\|add-permission\|--function-name\|mcp-server\|--qualifier\|live\|--region\|eu-west-1\|/,
    );
    expect(first).toContain('|--principal|*|--principal-org-id|o-abcdefghij|');
    expect(stderr).toContain('warning:');
  });

  it('holds the identity policy that a caller of another account needs', async () => {
    const { stdout, stderr } = await grant(`${FUNCTION_ARN}:live`, role('agent', '444455556666'), '--json');
    expect(stderr).toBe('');
    const { callerPolicy, commands } = JSON.parse(stdout);
    expect(commands[0]).toContain('--qualifier live');
    expect(callerPolicy.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunctionUrl',
        Resource: `${FUNCTION_ARN}:live`,
        Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
      },
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: `${FUNCTION_ARN}:live`,
        Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
      },
    ]);
    expect(JSON.parse((await grant(FUNCTION_ARN, role('agent'), '--json')).stdout).callerPolicy).toBeNull();
  });

  it.each([
    ['444455556666:function:f:live', 'cn-north-1', 'arn:aws-cn:lambda:cn-north-1:444455556666:function:f:live'],
    ['f', 'eusc-de-east-1', 'arn:aws-eusc:lambda:eusc-de-east-1:ACCOUNT:function:f'],
    ['f', undefined, 'arn:aws:lambda:REGION:ACCOUNT:function:f'],
  ])('holds that policy for %s in %s', async (functionName, region, arn) => {
    const where = region === undefined ? [] : ['--region', region];
    const { callerPolicy } = JSON.parse((await grant(functionName, 'o-abcdefghij', '--json', ...where)).stdout);
    expect(callerPolicy.Statement[0].Resource).toBe(arn);
  });

  it('takes the account of a partial ARN for the function’s', async () => {
    const { stdout } = await grant(`${ACCOUNT}:function:f`, role('agent'), '--json');
    expect(JSON.parse(stdout).callerPolicy).toBeNull();
  });

  it.each([
    ['*', /EVERY|every AWS account/],
    [ACCOUNT, /leaves it to account/],
    [`arn:aws:sts::${ACCOUNT}:assumed-role/agent/run-1`, /session run-1 only/],
    [role('AWSReservedSSO_Admin_0123456789abcdef'), /have a path/],
  ])('warns about %s', async (principal, warning) => {
    const { code, stderr, stdout } = await grant(FUNCTION_ARN, principal);
    expect(code).toBe(0);
    expect(stderr).toMatch(warning);
    expect(stdout).toContain('add-permission');
  });

  it.each([
    [`arn:aws:sts::${ACCOUNT}:assumed-role/agent`, `Grant the role itself: ${role('agent')}`],
    [`arn:aws:sts::${ACCOUNT}:assumed-role/agent/*`, 'no wildcards'],
    [role('agent-*'), 'no wildcards'],
    [`arn:aws:iam::${ACCOUNT}:group/people`, 'A group is no principal'],
    [`arn:aws:iam::${ACCOUNT}:saml-provider/corp`, 'Grant the role that its users assume'],
    [`arn:aws:iam::${ACCOUNT}:instance-profile/web`, 'Grant the role that it holds'],
    [role('/agent'), 'empty name'],
    ['arn:aws:iam::1111:role/agent', 'not 12 digits'],
    ['1111-2222-3333', '12 digits'],
    ['lambda.amazonaws.com', 'AWS service'],
    ['AROAEXAMPLEEXAMPLE12', 'deleted'],
    ['ASIAIOSFODNN7EXAMPLE', 'access key'],
    ['agent', 'Give an ARN'],
    ['arn:aws-cn:iam::111122223333:role/agent', 'partition'],
  ])('refuses %s, saying what to grant instead', async (principal, advice) => {
    const { code, stderr, stdout } = await grant(FUNCTION_ARN, principal);
    expect(code).toBe(2);
    expect(stderr).toContain(advice);
    expect(stdout).toBe('');
  });

  it.each([
    [['https://abc.lambda-url.us-east-1.on.aws/', role('agent')], 'does not tell which function'],
    [[FUNCTION_ARN], 'Whom?'],
    [[FUNCTION_ARN, role('agent'), '--via', 'http'], '--via takes'],
    [[FUNCTION_ARN, '--list', '--revoke'], '--list changes nothing'],
    [[FUNCTION_ARN, '*', '--apply'], 'without --apply'],
    [[FUNCTION, role('agent'), '--apply', '--region', 'us-east-1'], 'No AWS credentials'],
  ])('says what is wrong with %s', async (args, message) => {
    const { code, stderr } = await grant(...args);
    expect(code).toBe(message.startsWith('No AWS') ? 3 : 2);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe('what it does', () => {
  let lambda: TestLambda;
  let newcomer: LocalPrincipal;
  const grant = (...args: string[]) =>
    runCli(['grant', FUNCTION, ...args], { env: environmentOf(lambda, lambda.admin) });
  const status = async () => {
    const send = sigv4Fetch({ credentials: newcomer, region: lambda.region });
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    return (await send(lambda.functionUrl, { method: 'POST', body, headers })).status;
  };
  const statements = async (): Promise<PolicyStatement[]> => {
    const { lambdaEndpoint: endpoint, region, admin: credentials } = lambda;
    const client = new LambdaClient({ endpoint, region, credentials });
    const { Policy = '{}' } = await client.send(new GetPolicyCommand({ FunctionName: FUNCTION }));
    client.destroy();
    return JSON.parse(Policy).Statement;
  };

  beforeAll(async () => {
    lambda = await startTestLambda('servers/v2.ts', {
      principals: [{ name: 'newcomer' }, { name: 'changer', policies: [CHANGE_ONLY] }],
      permissions: [
        {
          StatementId: 'by-hand',
          Action: 'lambda:InvokeFunctionUrl',
          Principal: role('newcomer'),
          FunctionUrlAuthType: 'AWS_IAM',
        },
      ],
    });
    newcomer = lambda.principals.find(({ name }) => name === 'newcomer') as LocalPrincipal;
  });
  afterAll(() => lambda?.close());

  it('finds the half grant, completes it, and says what was there', async () => {
    expect(await status()).toBe(403);
    const before = await grant('--list');
    expect(before.code).toBe(0);
    expect(before.stdout).toMatch(/HALF .*role\/newcomer/);
    expect(before.stdout).toContain('lambda:InvokeFunction is missing');

    const applied = await grant(role('newcomer'), '--apply');
    expect(applied.stdout).toMatch(/already there .*by-hand/);
    expect(applied.stdout).toMatch(/added .*invoke-via-url/);
    expect(await status()).toBe(200);
  });

  it('adds nothing twice', async () => {
    const { length } = await statements();
    const again = await grant(role('newcomer'), '--apply', '--json');
    expect(JSON.parse(again.stdout).changes.map(({ result }: { result: string }) => result)).toEqual([
      'already there',
      'already there',
    ]);
    expect(await statements()).toHaveLength(length);
  });

  it('lists who is let in, for programs too', async () => {
    const { stdout } = await grant('--list', '--json');
    const { entries, functionUrl } = JSON.parse(stdout);
    expect(functionUrl).toEqual({ url: lambda.functionUrl, authType: 'AWS_IAM' });
    expect(entries).toContainEqual(
      expect.objectContaining({ principal: role('newcomer'), url: 'open', invoke: false }),
    );
  });

  it('tells how much of the policy is left, by what Lambda answers', async () => {
    const { lambdaEndpoint: endpoint, region, admin: credentials } = lambda;
    const client = new LambdaClient({ endpoint, region, credentials });
    const { Policy = '' } = await client.send(new GetPolicyCommand({ FunctionName: FUNCTION }));
    client.destroy();
    const size = Buffer.byteLength(Policy);
    const { stdout } = await grant('--list', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ policyBytes: size, policyBytesLeft: 20_480 - size });
    expect((await grant('--list')).stdout).toContain(`${size} of 20480 bytes, ${20_480 - size} left`);
  });

  it('opens and closes the Invoke API without touching the URL', async () => {
    await grant(role('newcomer'), '--apply', '--via', 'both');
    const env = { ...environmentOf(lambda, newcomer) };
    expect((await runCli(['tools', FUNCTION], { env })).code).toBe(0);
    const revoked = await grant(role('newcomer'), '--revoke', '--apply', '--via', 'invoke');
    expect(revoked.stdout).toMatch(/^removed .*-invoke\n$/);
    expect(revoked.stderr).toBe('');
    expect((await runCli(['tools', FUNCTION], { env })).code).toBe(4);
    expect(await status()).toBe(200);
  });

  it('prints what revoking would remove, and removes nothing without --apply', async () => {
    const before = await statements();
    const { code, stdout, stderr } = await grant(role('newcomer'), '--revoke');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^aws lambda remove-permission --function-name \S+ --statement-id by-hand/m);
    expect(await statements()).toEqual(before);
    const { commands } = JSON.parse((await grant(role('newcomer'), '--revoke', '--json')).stdout);
    expect(commands).toHaveLength(stdout.match(/remove-permission/g)?.length ?? 0);
  });

  it('revokes whatever lets the principal in, whoever wrote it', async () => {
    const { code, stdout } = await grant(role('newcomer'), '--revoke', '--apply');
    expect(code).toBe(0);
    expect(stdout).toContain('by-hand');
    expect(await status()).toBe(403);
    expect(JSON.stringify(await statements())).not.toContain('newcomer');
    expect((await grant(role('newcomer'), '--revoke', '--apply')).stdout).toContain('nothing to remove');
  });

  it('tells what still lets the principal in', async () => {
    await grant(ACCOUNT, '--apply');
    await grant(role('newcomer'), '--apply');
    const { stderr } = await grant(role('newcomer'), '--revoke', '--apply');
    expect(stderr).toContain(`may still let it in: they name arn:aws:iam::${ACCOUNT}:root`);
    await grant(ACCOUNT, '--revoke', '--apply');
    expect(JSON.stringify(await statements())).not.toContain(':root');
  });

  it('works for who may change the policy but not read it', async () => {
    const changer = lambda.principals.find(({ name }) => name === 'changer') as LocalPrincipal;
    const env = environmentOf(lambda, changer);
    const first = await runCli(['grant', FUNCTION, role('newcomer'), '--apply'], { env });
    expect(first.stdout.match(/^added/gm)).toHaveLength(2);
    const second = await runCli(['grant', FUNCTION, role('newcomer'), '--apply'], { env });
    expect(second.stdout.match(/^already there/gm)).toHaveLength(2);
    const planned = await runCli(['grant', FUNCTION, role('newcomer'), '--revoke', '--json'], { env });
    expect(JSON.parse(planned.stdout).warnings).toEqual([expect.stringContaining('may not read the policy')]);
    const removed = await runCli(['grant', FUNCTION, role('newcomer'), '--revoke', '--apply'], { env });
    expect(removed.stdout.match(/^removed/gm)).toHaveLength(2);
  });

  it('explains a principal that does not exist, and a function that does not', async () => {
    const nobody = await grant(role('nobody'), '--apply');
    expect(nobody.code).toBe(1);
    expect(nobody.stderr).toContain('AWS knows no principal');
    const nowhere = await runCli(['grant', 'nope', '--list'], { env: environmentOf(lambda, lambda.admin) });
    expect(nowhere.code).toBe(5);
    expect(nowhere.stderr).toContain('Function not found');
  });

  it('says who may not do it', async () => {
    const { code, stderr } = await runCli(['grant', FUNCTION, role('agent'), '--apply'], {
      env: environmentOf(lambda, lambda.agent),
    });
    expect(code).toBe(4);
    expect(stderr).toContain('is not authorized to perform: lambda:AddPermission');
  });
});

const CHANGE_ONLY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['lambda:AddPermission', 'lambda:RemovePermission'], Resource: '*' }],
} as const;

describe('how it reads statements that others wrote', () => {
  const read = (...statements: PolicyStatement[]) => listAccess(statements.flatMap(readStatement), ACCOUNT);
  const allow = { Sid: 's', Effect: 'Allow', Principal: { AWS: role('agent') }, Resource: FUNCTION_ARN };
  const urlOnly = { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } };

  it.each<[string, PolicyStatement, object]>([
    ['all of Lambda', { ...allow, Action: 'lambda:*' }, { url: 'open', invoke: true }],
    ['a wildcard', { ...allow, Action: 'lambda:Invoke*' }, { url: 'open', invoke: true }],
    [
      'the URL’s condition on all of Lambda, which opens one action only',
      { ...allow, Action: 'lambda:*', Condition: urlOnly },
      { url: 'half', missing: 'lambda:InvokeFunction', invoke: false },
    ],
    [
      'the Invoke API only, which is no half of anything',
      { ...allow, Action: 'lambda:InvokeFunction' },
      { url: 'closed', missing: undefined, invoke: true },
    ],
    [
      'the second action alone',
      { ...allow, Action: 'lambda:InvokeFunction', Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } },
      { url: 'half', missing: 'lambda:InvokeFunctionUrl', invoke: false },
    ],
    [
      'everyone, unsigned',
      {
        ...allow,
        Principal: '*',
        Action: 'lambda:InvokeFunctionUrl',
        Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } },
      },
      { kind: 'everyone', notes: expect.arrayContaining([expect.stringContaining('UNSIGNED')]) },
    ],
    [
      'an organization',
      {
        ...allow,
        Principal: '*',
        Action: 'lambda:*',
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } },
      },
      { kind: 'organization', principal: 'o-abcdefghij', url: 'open' },
    ],
    [
      'a condition that is not weighed',
      { ...allow, Action: 'lambda:*', Condition: { IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } } },
      { notes: expect.arrayContaining(['only if aws:SourceIp IpAddress 198.51.100.0/24']) },
    ],
    [
      'a role that was deleted',
      { ...allow, Principal: { AWS: 'AROAEXAMPLEEXAMPLE12' }, Action: 'lambda:*' },
      { kind: 'deleted', notes: expect.arrayContaining([expect.stringContaining('deleted')]) },
    ],
    [
      'another account',
      { ...allow, Principal: { AWS: role('agent', '444455556666') }, Action: 'lambda:*' },
      { notes: expect.arrayContaining([expect.stringContaining('its own policy must allow it too')]) },
    ],
    [
      'a denial',
      { ...allow, Effect: 'Deny', Action: 'lambda:*' },
      { effect: 'deny', notes: expect.arrayContaining([expect.any(String)]) },
    ],
    [
      'everyone but one',
      { Sid: 's', Effect: 'Allow', NotPrincipal: { AWS: role('agent') }, Action: 'lambda:*' },
      { kind: 'other', principal: `everyone but ${role('agent')}` },
    ],
  ])('%s', (_, statement, expected) => {
    expect(read(statement)).toEqual([expect.objectContaining(expected)]);
  });

  const sourceArn = `arn:aws:events:us-east-1:${ACCOUNT}:rule/nightly`;
  it.each<[string, boolean, PolicyStatement['Condition']]>([
    ['no condition', true, undefined],
    ['an account', false, { StringEquals: { 'AWS:SourceAccount': ACCOUNT } }],
    ['a resource', false, { ArnLike: { 'AWS:SourceArn': sourceArn } }],
    ['any resource', true, { ArnLike: { 'AWS:SourceArn': '*' } }],
    ['one of which one is any', true, { ArnLike: { 'AWS:SourceArn': [sourceArn, '*'] } }],
    ['all but an account', true, { StringNotEquals: { 'aws:SourceAccount': ACCOUNT } }],
    ['an account, if one is named', true, { StringEqualsIfExists: { 'aws:SourceAccount': ACCOUNT } }],
    ['an address', true, { IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } }],
  ])('marks a service that anybody can send, and no other: %s', (_, marked, Condition) => {
    const service = { ...allow, Principal: { Service: 'events.amazonaws.com' }, Action: 'lambda:InvokeFunction' };
    const notes = (statement: PolicyStatement) =>
      read(statement)
        .flatMap((entry) => entry.notes)
        .join('\n');
    expect(notes({ ...service, Condition }).includes('CONFUSED DEPUTY')).toBe(marked);
    expect(notes({ ...service, Effect: 'Deny', Condition })).not.toContain('CONFUSED DEPUTY');
  });

  it('counts what the account is granted for its roles', () => {
    const [entry] = read(
      { ...allow, Sid: 'a', Action: 'lambda:InvokeFunctionUrl', Condition: urlOnly },
      { ...allow, Sid: 'b', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'lambda:InvokeFunction' },
    );
    expect(entry).toMatchObject({ url: 'open', notes: ['completed by b'] });
  });
});
