import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  GetQueryResultsCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { sigv4Fetch } from 'lambda-mcp/fetch';
import type { LiveOutput } from './stack.ts';
import type { Credentials, LiveFunction, RoleName, Target, TrailRecord } from './target.ts';

/** CloudTrail says "typically within 5 minutes" for CloudWatch Logs; milliseconds. */
const TRAIL_PATIENCE = 15 * 60 * 1000;

const LOG_PATIENCE = 60 * 1000;

/** A deployed stack, reached with the credentials of whoever runs the suite. */
export function openAwsTarget(output: LiveOutput): Target {
  const { region, probe, throttled, signedIn, roles, apiUrl, functionLog, accessLog, trailLog } = output;
  const own = fromNodeProviderChain();
  const logs = new CloudWatchLogsClient({ region, credentials: own });
  const sessions = new Map<RoleName, Promise<Credentials>>();
  const as = (role: RoleName) => {
    const params = { RoleArn: roles[role], RoleSessionName: 'live' };
    const assume = fromTemporaryCredentials({ params, clientConfig: { region }, masterCredentials: own });
    const session = sessions.get(role) ?? assume();
    sessions.set(role, session);
    return session;
  };
  const toLiveFunction = ({ url, arn }: { url: string; arn: string }): LiveFunction => ({
    url,
    arn,
    endpoint: undefined,
    as,
    admin: own,
  });
  const started = Date.now();

  /** The client's secret, which is in no output of the stack. */
  async function readSecret(): Promise<string> {
    const { userPoolId: UserPoolId, machineClientId: ClientId, issuer } = signedIn;
    const response = await sigv4Fetch({ region, service: 'cognito-idp', credentials: own })(new URL('/', issuer), {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSCognitoIdentityProviderService.DescribeUserPoolClient',
      },
      body: JSON.stringify({ UserPoolId, ClientId }),
    });
    if (!response.ok) throw new Error(`DescribeUserPoolClient: ${response.status}`);
    const { UserPoolClient } = (await response.json()) as { UserPoolClient: { ClientSecret: string } };
    return UserPoolClient.ClientSecret;
  }

  async function find(logGroupName: string, filterPattern: string): Promise<string[]> {
    const messages: string[] = [];
    let nextToken: string | undefined;
    do {
      const input = { logGroupName, filterPattern, startTime: started - 60_000, nextToken };
      const page = await logs.send(new FilterLogEventsCommand(input));
      for (const { message } of page.events ?? []) if (message !== undefined) messages.push(message);
      nextToken = page.nextToken;
    } while (nextToken);
    return messages;
  }

  return {
    where: 'AWS',
    region,
    probe: toLiveFunction(probe),
    throttled: toLiveFunction(throttled),
    signedIn: {
      ...signedIn,
      people: { clientId: signedIn.peopleClientId },
      machine: async () => ({ clientId: signedIn.machineClientId, clientSecret: await readSecret() }),
    },
    apiUrl,
    async accessed(invocationId) {
      const deadline = Date.now() + LOG_PATIENCE;
      for (;;) {
        const [line] = await find(accessLog, `"${invocationId}"`);
        if (line !== undefined || Date.now() > deadline) return line === undefined ? undefined : JSON.parse(line);
        await sleep(2000);
      }
    },
    async records(requestIds) {
      const pattern = `{ ${requestIds.map((id) => `$.requestID = "${id}"`).join(' || ')} }`;
      const deadline = Date.now() + TRAIL_PATIENCE;
      for (;;) {
        const found = (await find(trailLog, pattern)).map((message): TrailRecord => JSON.parse(message));
        const complete = new Set(found.map(({ requestID }) => requestID)).size === requestIds.length;
        if (complete || Date.now() > deadline) return found;
        await sleep(15_000);
      }
    },
    async logs(text) {
      const deadline = Date.now() + LOG_PATIENCE;
      for (;;) {
        if ((await find(functionLog, `"${text}"`)).length > 0) return true;
        if (Date.now() > deadline) return false;
        await sleep(2000);
      }
    },
    async accepts(queryString) {
      const endTime = Math.floor(Date.now() / 1000);
      const input = { logGroupNames: [functionLog, trailLog], startTime: endTime - 3600, endTime, queryString };
      const { queryId } = await logs.send(new StartQueryCommand(input));
      for (;;) {
        const { status = 'Unknown' } = await logs.send(new GetQueryResultsCommand({ queryId }));
        if (status !== 'Scheduled' && status !== 'Running') return status;
        await sleep(1000);
      }
    },
    close: async () => logs.destroy(),
  };
}
