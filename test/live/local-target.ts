import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { type LocalLambda, type PolicyDocument, startLocalLambda } from 'lambda-mcp/local';
import { startAuthorizationServer } from '../../local/authorization-server/start.ts';
import { allOfLambda } from '../support/lambda.ts';
import { deploy } from '../support/synthesized.ts';
import { liveStack } from './stack.ts';
import { type LiveFunction, ROLE_NAMES, type SignedInFunction, type Target, type TrailRecord } from './target.ts';

const mayCallApi: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }],
};

/** The live stack's functions on the local Lambda, with the roles and grants of its template. */
export async function startLocalTarget(): Promise<Target> {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const { stackName } = liveStack(app);
  const nameOf = (id: string) =>
    id.startsWith('Probe') ? 'probe' : id.startsWith('SignedIn') ? 'signed-in' : 'throttled';
  const { permissionsOf, policiesOf } = deploy(app.synth().getStackByName(stackName).template, nameOf);
  const principals = ROLE_NAMES.map((name) => ({
    name,
    // The API that the template names is not the local one.
    policies: [...policiesOf(`${name[0]?.toUpperCase()}${name.slice(1)}`), ...(name === 'url' ? [mayCallApi] : [])],
  }));
  const start = (functionName: string, concurrency: number) =>
    startLocalLambda({
      entry: fileURLToPath(new URL('probe.ts', import.meta.url)),
      functionName,
      concurrency,
      timeout: 60_000,
      principals: [...principals, { name: 'admin', policies: [allOfLambda] }],
      permissions: permissionsOf(functionName).filter(({ Principal }) => Principal !== 'apigateway.amazonaws.com'),
      ...(functionName === 'probe' && { restApi: {} }),
      report: () => {},
    });
  const [probe, throttled, signedIn] = await Promise.all([start('probe', 10), start('throttled', 0), startSignedIn()]);

  return {
    where: 'local',
    region: probe.region,
    probe: toLiveFunction(probe),
    throttled: toLiveFunction(throttled),
    signedIn,
    apiUrl: probe.restApiUrl ?? '',
    async accessed(invocationId) {
      for (let tries = 0; tries < 50; tries += 1) {
        const lines = readFileSync(probe.accessLogFile ?? '', 'utf8').split('\n');
        const line = lines.find((each) => each.includes(invocationId));
        if (line !== undefined) return JSON.parse(line);
        await sleep(100);
      }
      return undefined;
    },
    async records(requestIds) {
      const lines = [probe, throttled].flatMap(({ trailFile }) => readFileSync(trailFile, 'utf8').trim().split('\n'));
      const records = lines.filter(Boolean).map((line): TrailRecord => JSON.parse(line));
      return records.filter(({ requestID }) => requestIds.includes(requestID));
    },
    async logs(text) {
      for (let tries = 0; tries < 50; tries += 1) {
        if (readFileSync(probe.logFile, 'utf8').includes(text)) return true;
        await sleep(100);
      }
      return false;
    },
    accepts: () => Promise.reject(new Error('The local Lambda has no Logs Insights.')),
    async close() {
      await Promise.all([probe.close(), throttled.close(), signedIn.close()]);
    },
  };
}

/** With the local authorization server in the pool's place. */
async function startSignedIn(): Promise<SignedInFunction & { close(): Promise<void> }> {
  const pool = await startAuthorizationServer({ scopes: ['tools/call'] });
  const { issuer, domain, clients } = pool;
  const { people, machine } = clients;
  // As McpFunction sets them: the function learns its URL from each request.
  const environment = {
    LAMBDA_MCP_AUTH: 'oauth',
    COGNITO_ISSUER: issuer,
    COGNITO_ALLOWED_CLIENT_IDS: `${people.clientId},${machine.clientId}`,
  };
  const lambda = await startLocalLambda({
    entry: fileURLToPath(new URL('../fixtures/servers/signed-in.ts', import.meta.url)),
    functionName: 'signed-in',
    authType: 'NONE',
    environment,
    report: () => {},
  });
  return {
    url: lambda.functionUrl,
    issuer,
    domain,
    people,
    machine: async () => ({ clientId: machine.clientId, clientSecret: machine.clientSecret ?? '' }),
    close: async () => {
      await lambda.close();
      await pool.close();
    },
  };
}

function toLiveFunction({ functionUrl, functionArn, lambdaEndpoint, principals }: LocalLambda): LiveFunction {
  const find = async (name: string) => {
    const found = principals.find((principal) => principal.name === name);
    if (!found) throw new Error(`There is no principal ${name}.`);
    return found;
  };
  return { url: functionUrl, arn: functionArn, endpoint: lambdaEndpoint, as: find, admin: () => find('admin') };
}
