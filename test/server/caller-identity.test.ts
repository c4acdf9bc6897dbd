import { describe, expect, it } from 'vitest';
import { type CallerIdentity, identifyCaller } from '../../server/caller.ts';
import type { FunctionUrlEvent } from '../../wire/event.ts';
import { connect } from '../support/clients.ts';
import { startTestLambda, urlPermissions } from '../support/lambda.ts';

const REQUEST_ID = 'a8d9a5a8-0000-4000-8000-000000000000';

function identify(userArn: string, requestId = REQUEST_ID, mode: CallerIdentity = 'request-id', stated: object = {}) {
  const iam = {
    accessKey: 'ASIAEXAMPLE',
    accountId: '111122223333',
    callerId: 'AROAEXAMPLE:session',
    cognitoIdentity: null,
    principalOrgId: 'o-abcdefghij',
    userArn,
    userId: 'AROAEXAMPLE:session',
    ...stated,
  };
  return identifyCaller({ requestContext: { requestId, authorizer: { iam } } } as FunctionUrlEvent, REQUEST_ID, mode);
}

const SESSION = 'arn:aws:sts::111122223333:assumed-role/admin-eu/alice@example.com';
const USER = 'arn:aws:iam::111122223333:user/team/bob';

describe('the caller', () => {
  it('of a role has its role and session', () => {
    expect(identify(SESSION)).toMatchObject({
      arn: SESSION,
      accountId: '111122223333',
      accessKeyId: 'ASIAEXAMPLE',
      organizationId: 'o-abcdefghij',
      roleName: 'admin-eu',
      sessionName: 'alice@example.com',
    });
  });

  it('of a user has neither', () => {
    expect(identify(USER)).toMatchObject({ arn: USER, roleName: undefined, sessionName: undefined });
  });

  it('of an account without an organization has none', () => {
    expect(identify(USER, REQUEST_ID, 'request-id', { principalOrgId: null })?.organizationId).toBeUndefined();
  });

  it.each([{ userArn: undefined }, { userArn: null }, { userArn: {} }])(
    'is unknown where an event states %j',
    (iam) => {
      expect(identify(USER, REQUEST_ID, 'event', iam)).toBeUndefined();
    },
  );

  it.each([{}, { authorizer: {} }, { authorizer: { iam: null } }])('is unknown to an event with %j', (context) => {
    const event = { requestContext: { requestId: REQUEST_ID, ...context } };
    expect(identifyCaller(event as unknown as FunctionUrlEvent, REQUEST_ID, 'request-id')).toBeUndefined();
  });

  it('is asked for by a pattern, and anything else is told what one is', () => {
    expect(() => identify(USER)?.is('bob')).toThrow('"bob" is not an ARN pattern: write arn:PARTITION:');
  });

  it.each([
    [SESSION, 'arn:aws:iam::111122223333:role/admin-eu', true],
    [SESSION, 'arn:aws:iam::111122223333:role/admin-*', true],
    [SESSION, 'arn:aws:iam::*:role/admin-??', true],
    [SESSION, 'arn:aws:iam::111122223333:role/*', true],
    [SESSION, SESSION, true],
    [SESSION, 'arn:aws:sts::111122223333:assumed-role/admin-eu/*', true],
    [SESSION, 'arn:aws:sts::111122223333:assumed-role/admin-eu/bob', false],
    [SESSION, 'arn:aws:iam::111122223333:role/admin', false],
    [SESSION, 'arn:aws:iam::111122223333:role/admin-eu-2', false],
    [SESSION, 'arn:aws:iam::444455556666:role/admin-eu', false],
    [SESSION, 'arn:aws:iam::111122223333:user/*', false],
    [SESSION, 'arn:aws:iam::*', 'error'],
    [SESSION, 'admin-eu', 'error'],
    [SESSION, '*', 'error'],
    [USER, USER, true],
    [USER, 'arn:aws:iam::111122223333:user/*', true],
    [USER, 'arn:aws:iam::111122223333:user/team/b?b', true],
    [USER, 'arn:aws:iam::111122223333:user/bob', false],
    [USER, 'arn:*:iam::111122223333:user/team/bob', true],
    [USER, 'arn:aws:*:user/team/bob', 'error'],
  ])('%s is %s: %s', (arn, pattern, expected) => {
    const is = () => identify(arn)?.is(pattern);
    if (expected === 'error') expect(is).toThrow(TypeError);
    else expect(is()).toBe(expected);
  });

  it('is matched in linear time', () => {
    const hostile = `arn:aws:iam::111122223333:role/${'*a'.repeat(2000)}b`;
    expect(identify(`arn:aws:sts::111122223333:assumed-role/${'a'.repeat(64)}/${'a'.repeat(64)}`)?.is(hostile)).toBe(
      false,
    );
  });

  it('is unknown unless the event carries this invocation’s own request id', () => {
    expect(identify(SESSION, 'another-id')).toBeUndefined();
    expect(identify(SESSION, 'another-id', 'event')).toMatchObject({ arn: SESSION });
  });
});

describe('a tool that a caller may not use', () => {
  it('is neither listed nor callable for it, and is for another', async () => {
    const lambda = await startTestLambda('servers/v2.ts', {
      principals: [{ name: 'admin-eu' }],
      permissions: urlPermissions('admin-eu'),
    });
    const adminEu = lambda.principals.find(({ name }) => name === 'admin-eu');
    if (!adminEu) throw new Error('no such principal');

    const agent = await connect('v2, 2026', 'SigV4', lambda);
    expect(await agent.toolNames()).not.toContain('admin-only');
    await expect(agent.call('admin-only')).rejects.toThrow(/admin-only.*not found/i);
    const boss = await connect('v2, 2026', 'SigV4', { ...lambda, agent: adminEu });
    expect(await boss.toolNames()).toContain('admin-only');
    expect((await boss.call('admin-only')).text).toBe('mcp-server');
    expect(JSON.parse((await boss.call('whoami')).text)).toMatchObject({
      arn: 'arn:aws:sts::111122223333:assumed-role/admin-eu/local',
      roleName: 'admin-eu',
    });
    await agent.close();
    await boss.close();
    await lambda.close();
  });
});
