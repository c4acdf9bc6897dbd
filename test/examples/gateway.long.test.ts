import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { type LocalPrincipal, startLocalLambda } from 'lambda-mcp/local';
import { gatewayTools } from 'lambda-mcp/server';
import { expect, it } from 'vitest';
import { makeServer } from '../../examples/gateway/make-server.ts';
import { bareEnvironment, runCli } from '../support/cli.ts';
import { startGateway } from '../support/gateway.ts';
import { lambdaTarget, mcpServerTarget } from '../support/gateway-targets.ts';
import { allOfLambda, urlPermissions } from '../support/lambda.ts';
import { newPath } from '../support/scratch.ts';
import { credentials } from '../support/signed-server.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

it('the gateway example serves its agent both ways, and the audit shows role and user', async () => {
  const entry = (name: string) => resolve(root, 'examples/gateway', name);
  await using tools = await startLocalLambda({
    entry: entry('server.ts'),
    principals: [{ name: 'gateway' }],
    permissions: urlPermissions('gateway'),
    environment: { GATEWAY_ROLE: 'arn:aws:iam::*:role/gateway' },
  });
  await using plain = await startLocalLambda({
    entry: entry('target.ts'),
    principals: [{ name: 'gateway', policies: [allOfLambda] }],
  });
  const { region } = tools;
  const roleOf = ({ principals: [role] }: { principals: readonly LocalPrincipal[] }) => role as LocalPrincipal;
  const behind = { name: 'mcp', role: roleOf(tools), region, allowedRequestHeaders: ['x-end-user'] };
  await using gateway = await startGateway([
    await mcpServerTarget(tools.functionUrl, behind),
    lambdaTarget(
      { endpoint: plain.lambdaEndpoint, functionName: plain.functionName },
      (await gatewayTools(makeServer)) as never,
      { name: 'plain', role: roleOf(plain), region },
    ),
  ]);
  const { stdout } = await run(process.execPath, [entry('agent.ts'), `${gateway.origin}/mcp`], {
    cwd: root,
    env: {
      ...bareEnvironment,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
    },
  });
  const [names, ...said] = stdout.trim().split('\n');
  expect(names).toBe('mcp___divide, mcp___whoami, plain___divide, plain___whoami');
  expect(said).toEqual([
    'mcp: {"quotient":2}',
    expect.stringMatching(/^mcp: arn:aws:sts::111122223333:assumed-role\/gateway\/.*, for ada$/),
    'plain: {"quotient":2}',
    'plain: "nobody whom AWS proves, for nobody"',
  ]);
  for (const [lambda, endUser] of [
    [tools, 'ada'],
    [plain, undefined],
  ] as const) {
    const { stdout } = await runCli(['audit', '--trail', lambda.trailFile, '--log', lambda.logFile, '--json'], {
      env: bareEnvironment,
    });
    const calls = JSON.parse(stdout).filter(({ tool }: { tool?: string }) => tool === 'whoami');
    expect(calls).toMatchObject([
      { role: expect.stringMatching(/role.gateway$/), evidence: 'trail and log', ...(endUser && { endUser }) },
    ]);
  }
});

it('the gateway example is synthesized', async () => {
  const outdir = newPath();
  await run(process.execPath, ['examples/gateway/app.ts'], { cwd: root, env: { ...process.env, CDK_OUTDIR: outdir } });
  const { Resources } = JSON.parse(readFileSync(`${outdir}/LambdaMcpGateway.template.json`, 'utf8'));
  const ofType = (type: string) => Object.values(Resources).filter((each) => (each as { Type: string }).Type === type);
  expect(ofType('AWS::BedrockAgentCore::GatewayTarget')).toHaveLength(2);
  expect(ofType('AWS::Lambda::Url')).toHaveLength(1);
});
