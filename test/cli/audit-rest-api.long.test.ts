import { readFileSync } from 'node:fs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { sigv4Fetch } from 'lambda-mcp/fetch';
import type { LocalPrincipal, PolicyDocument } from 'lambda-mcp/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendJson } from '../../local/http-io.ts';
import {
  AT,
  accessLine,
  announcement,
  apiRecord,
  audited,
  INIT,
  invocation,
  line,
  VICTIM,
} from '../attack/evidence.ts';
import { bareEnvironment, runCli } from '../support/cli.ts';
import { ACCOUNT, allOfLambda, startTestLambda, type TestLambda } from '../support/lambda.ts';
import { restApiEvent } from '../support/rest-api-event.ts';
import { credentials, startSignedServer } from '../support/signed-server.ts';

const mayCall: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }],
};
const CALLER = `arn:aws:sts::${ACCOUNT}:assumed-role/caller/local`;
const FORGED = `arn:aws:sts::${ACCOUNT}:assumed-role/admin/alice`;
const PING = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
const HEADERS = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };

interface Row {
  readonly requestId: string;
  readonly caller: string;
  readonly evidence: string;
  readonly [field: string]: unknown;
}

// The function believes whoever the event says, where it is so set: the audit does not.
describe.each(['api-gateway', 'request-id'])(
  'a REST API in front of a function whose callerIdentity is %s',
  (believes) => {
    let lambda: TestLambda;
    let rows: readonly Row[];
    let withoutTrail: readonly Row[];
    let said: string;
    const as = (name: string) => lambda.principals.find((each) => each.name === name) as LocalPrincipal;
    const readAudit = async (...args: string[]) => {
      const { stdout, stderr } = await runCli(['audit', '--all', '--json', ...args], { env: bareEnvironment });
      return { rows: JSON.parse(stdout) as Row[], stderr };
    };

    beforeAll(async () => {
      lambda = await startTestLambda('servers/rest-api.ts', {
        restApi: {},
        environment: { CALLER_IDENTITY: believes },
        principals: [
          { name: 'caller', policies: [mayCall] },
          { name: 'mallory', policies: [allOfLambda] },
          { name: 'foreigner', accountId: '444455556666', policies: [allOfLambda] },
        ],
        permissions: [{ StatementId: 'foreign', Action: 'lambda:InvokeFunction', Principal: '444455556666' }],
      });
      const url = lambda.restApiUrl ?? '';
      for (const name of ['caller', 'mallory']) {
        const send = sigv4Fetch({
          credentials: as(name),
          region: 'us-east-1',
          service: 'execute-api',
          stateless: false,
        });
        await (await send(url, { method: 'POST', body: PING, headers: HEADERS })).text();
      }
      for (const [name, userArn] of [
        ['mallory', FORGED],
        ['foreigner', 'arn:aws:sts::444455556666:assumed-role/boss/run'],
      ] as const) {
        const { identity } = restApiEvent().requestContext as { identity?: object };
        const event = restApiEvent({
          requestContext: { identity: { ...identity, userArn, accountId: userArn.split(':')[4] } },
        });
        const client = new LambdaClient({
          region: 'us-east-1',
          endpoint: lambda.lambdaEndpoint,
          credentials: as(name),
        });
        await client.send(new InvokeCommand({ FunctionName: lambda.functionArn, Payload: JSON.stringify(event) }));
        client.destroy();
      }
      const files = ['--log', lambda.logFile, '--access-log', lambda.accessLogFile ?? ''];
      ({ rows, stderr: said } = await readAudit('--trail', lambda.trailFile, ...files));
      ({ rows: withoutTrail } = await readAudit(...files));
    }, 60_000);
    afterAll(() => lambda?.close());

    it('names whom the API let in, and whom it did not', () => {
      const [called] = rows.filter(({ caller }) => caller === CALLER);
      expect(called).toMatchObject({
        ...{
          evidence: 'trail and log',
          via: 'rest-api',
          callerSource: 'access log',
          method: 'tools/list',
          outcome: 'ok',
        },
        sources: { caller: 'access log', tool: 'line', outcome: 'line', sourceIp: 'access log' },
      });
      expect(rows.filter(({ evidence }) => evidence === 'refused by AWS')).toMatchObject([
        { outcome: 'refused', status: 403, error: 'ACCESS_DENIED', via: 'rest-api' },
      ]);
      expect(said).not.toContain('HALF');
    });

    it('takes nobody for whom they wrote into an event by Invoke', () => {
      const invoked = rows.filter(({ via }) => via === 'invoke');
      expect(invoked.map(({ caller }) => caller)).toEqual([
        `arn:aws:sts::${ACCOUNT}:assumed-role/mallory/local`,
        expect.stringMatching(/^444455556666 \(/),
      ]);
      const notes = invoked.map(({ note }) => String(note ?? '').includes('THE FUNCTION TOOK ITS CALLER'));
      expect(notes).toEqual(believes === 'api-gateway' ? [true, true] : [false, false]);
    });

    it('without a trail believes the access log, and of the rest nothing', () => {
      const known = withoutTrail.filter(({ evidence }) => evidence === 'access log and log');
      expect(known.map(({ caller }) => caller)).toEqual([CALLER]);
      const rest = withoutTrail.filter(({ evidence }) => evidence.startsWith('log only'));
      expect(rest.map(({ caller }) => caller)).toEqual(['unproven', 'unproven']);
    });

    it('logs the format that the construct sets', () => {
      const [first = ''] = readFileSync(lambda.accessLogFile ?? '', 'utf8').split('\n');
      expect(Object.keys(JSON.parse(first))).toEqual(Object.keys(JSON.parse(accessLine('x'))));
    });
  },
);

describe('the access log', () => {
  const log = [INIT, announcement(), ...invocation('a', line('a', { caller: 'unverified' }))].join('\n');

  it.each([
    ['of an authorizer', { principalId: 'alice' }, 'authorizer: alice'],
    ['of a user pool', { subject: 'alice' }, 'user pool: alice'],
    ['of IAM', { userArn: VICTIM }, VICTIM],
    ['of nobody', {}, 'nobody named'],
  ])('names whom %s', async (_, fields, caller) => {
    const { calls, code } = await audited({ trail: [apiRecord('a')], log, access: accessLine('a', fields) });
    expect(calls).toMatchObject([{ caller, evidence: 'trail and log' }]);
    expect(code).toBe(0);
  });

  it('that was read twice is one', async () => {
    const twice = `${accessLine('a', { userArn: VICTIM })}\n`.repeat(2);
    expect((await audited({ trail: [apiRecord('a')], log, access: twice })).calls).toMatchObject([{ caller: VICTIM }]);
  });

  it('is not believed where its reader has lost a field that a name added', async () => {
    const message = accessLine('attack', { principalId: `m","userArn":"${VICTIM}` });
    const rows = [{ '@timestamp': new Date(AT).toISOString(), '@message': JSON.parse(message) }];
    const { calls, stderr } = await audited({
      ...{ trail: [apiRecord('attack')], log: [INIT, announcement(), ...invocation('attack')].join('\n') },
      access: JSON.stringify(rows),
    });
    expect(JSON.stringify(calls)).not.toContain(VICTIM);
    expect(stderr).toContain('filter-log-events');
  });

  it('in another format makes half an audit', async () => {
    const { stderr, code } = await audited({ trail: [apiRecord('a')], log, access: '{"userArn":"x"}' });
    expect(code).toBe(8);
    expect(stderr).toContain('access log not understood');
  });

  it('that is missing makes half an audit', async () => {
    const { calls, stderr, code } = await audited({ trail: [apiRecord('a')], log });
    expect(calls).toMatchObject([{ caller: 'apigateway.amazonaws.com', evidence: 'trail and log' }]);
    expect(code).toBe(8);
    expect(stderr).toContain('--access-log-group');
  });
});

describe('the access log on AWS', () => {
  const GROUP = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:api-access`;
  const policyOf = (stage: string) => ({
    Statement: [
      {
        ...{ Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'lambda:InvokeFunction' },
        Condition: { ArnLike: { 'AWS:SourceArn': `arn:aws:execute-api:us-east-1:${ACCOUNT}:abc123/${stage}/*/mcp` } },
      },
    ],
  });
  const stages = {
    item: [{ stageName: 'prod', accessLogSettings: { destinationArn: GROUP } }, { stageName: 'other' }],
  };
  const trail = `${JSON.stringify(apiRecord('a'))}`;

  async function find(stage: string, answer: object, status = 200, ...args: string[]) {
    const asked: string[] = [];
    const open = (service: string, answerOf: (target: string, body: string) => unknown, code = 200) =>
      startSignedServer(
        ({ target, body, refusal }, response) => {
          asked.push(`${service} ${target}`);
          if (refusal) return sendJson(response, 403, { message: refusal.message });
          sendJson(response, code, answerOf(target, body.toString()), { 'content-type': 'application/x-amz-json-1.1' });
        },
        { service },
      );
    await using lambda = await open('lambda', (target) =>
      target.includes('/policy')
        ? { Policy: JSON.stringify(policyOf(stage)) }
        : { LoggingConfig: { LogGroup: '/tools' } },
    );
    await using api = await open('apigateway', () => answer, status);
    await using logs = await open('logs', (_, body) => {
      const { logGroupName, logGroupIdentifier } = JSON.parse(body);
      const texts: Record<string, readonly string[]> = {
        '/trail': [trail],
        '/tools': [INIT, announcement(), ...invocation('a', line('a', { caller: 'unverified' }))],
        [GROUP]: [accessLine('a', { userArn: VICTIM })],
      };
      const events = texts[logGroupName ?? logGroupIdentifier] ?? [];
      return { events: events.map((message, at) => ({ message, timestamp: AT + at, logStreamName: 's' })) };
    });
    const env = {
      ...bareEnvironment,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_ENDPOINT_URL_LAMBDA: lambda.origin,
      AWS_ENDPOINT_URL_API_GATEWAY: api.origin,
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs.origin,
    };
    const ended = await runCli(['audit', 'tools', '--json', '--trail-group', '/trail', ...args], { env });
    return { ...ended, asked };
  }

  it.each(['prod', '*'])('is found by the function’s policy (stage %s) and the API’s stages', async (stage) => {
    const { stdout, stderr, code, asked } = await find(stage, stages);
    expect(stderr).not.toContain('HALF');
    expect(JSON.parse(stdout)).toMatchObject([{ caller: VICTIM, callerSource: 'access log' }]);
    expect(asked).toContain('apigateway /restapis/abc123/stages');
    expect(code).toBe(0);
  });

  it.each<[string, object, number, string]>([
    ['no stage with a log', { item: [] }, 200, 'writes no access log'],
    ['no right to look', { message: 'You may not' }, 403, 'You may not'],
  ])('that is not found, for %s, makes half an audit, and says why', async (_, answer, status, why) => {
    const { stderr, code } = await find('prod', answer, status);
    expect(stderr).toContain(why);
    expect(code).toBe(8);
  });

  it('is read from the group that is named', async () => {
    const { stdout, asked } = await find('prod', stages, 200, '--access-log-group', GROUP);
    expect(JSON.parse(stdout)).toMatchObject([{ caller: VICTIM }]);
    expect(asked.some((each) => each.startsWith('apigateway'))).toBe(false);
  });
});
