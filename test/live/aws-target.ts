import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  GetQueryResultsCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { LiveOutput } from './stack.ts';
import type { Credentials, LiveFunction, RoleName, Target, TrailRecord } from './target.ts';

/** CloudTrail says "typically within 5 minutes" for CloudWatch Logs; milliseconds. */
const TRAIL_PATIENCE = 15 * 60 * 1000;

const LOG_PATIENCE = 60 * 1000;

/** A deployed stack, reached with the credentials of whoever runs the suite. */
export function openAwsTarget(output: LiveOutput): Target {
  const { region, probe, throttled, roles, apiUrl, functionLog, accessLog, trailLog } = output;
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
