import { InvokeCommand, InvokeWithResponseStreamCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { AUDIT_QUERIES } from '../../../infra/audit-queries.ts';
import { NOTIFICATION, send } from '../send.ts';
import type { AskedCheck, Check, RoleName, Target } from '../target.ts';

/** Calls the probe in a way of its own, and gives the request's id. */
type Calling = (target: Target, role: RoleName) => Promise<string>;

const byUrl: Calling = async ({ probe, region }, role) => {
  const as = await probe.as(role);
  return (await send({ url: probe.url, region, as, body: NOTIFICATION, query: { probe: 'event' } })).requestId;
};

const byApi =
  (streaming: boolean): Calling =>
  async ({ probe, region }, role) => {
    const endpoint = probe.endpoint === undefined ? {} : { endpoint: probe.endpoint };
    const client = new LambdaClient({ region, credentials: await probe.as(role), maxAttempts: 1, ...endpoint });
    // No event of a URL, so the function fails: the record is there all the same.
    const input = { FunctionName: probe.arn, Payload: Buffer.from('{}') };
    try {
      const { $metadata, ...answer } = streaming
        ? await client.send(new InvokeWithResponseStreamCommand(input))
        : await client.send(new InvokeCommand(input));
      if ('EventStream' in answer) for await (const _ of answer.EventStream ?? []);
      return $metadata.requestId ?? '';
    } catch (error) {
      return (error as { $metadata?: { requestId?: string } }).$metadata?.requestId ?? '';
    } finally {
      client.destroy();
    }
  };

const recorded = (
  what: string,
  sure: Check['sure'],
  calling: Calling,
  role: RoleName,
  expected: object,
): AskedCheck => ({
  what,
  sure,
  expected,
  async see(target) {
    const requestId = await calling(target, role);
    const [record] = await target.records([requestId]);
    if (!record) return 'no record of this request id';
    const { eventName, errorCode, requestParameters } = record;
    // By which `lambda-mcp audit` looks for records in a log group.
    const named = requestParameters?.functionName?.includes(target.probe.arn.split(':')[6] ?? '') ?? false;
    return { eventName, refused: errorCode !== undefined, named };
  },
});

/** Last, since CloudTrail delivers some minutes late. */
export const auditChecks: readonly Check[] = [
  ...AUDIT_QUERIES.map(
    ({ name, query }): Check => ({
      what: `CloudWatch Logs runs the saved query “${name}”`,
      sure: 'doc',
      awsOnly: 'there is no Logs Insights here',
      expected: 'Complete',
      see: (target) => target.accepts(query.join('\n')),
    }),
  ),
  recorded('A call of the URL is recorded as InvokeFunctionUrl, by its request id', 'open', byUrl, 'url', {
    eventName: 'InvokeFunctionUrl',
    refused: false,
    named: true,
  }),
  recorded('A call of the Invoke API is recorded as Invoke, by its request id', 'report', byApi(false), 'invoke', {
    eventName: 'Invoke',
    refused: false,
    named: true,
  }),
  recorded('So is a streaming one', 'open', byApi(true), 'invoke', {
    eventName: 'Invoke',
    refused: false,
    named: true,
  }),
  recorded('A refused call of the URL is recorded too', 'open', byUrl, 'nobody', {
    eventName: 'InvokeFunctionUrl',
    refused: true,
    named: true,
  }),
  {
    what: 'A caller from another account is recorded by id, without ARN',
    sure: 'doc',
    unasked: 'it takes a second account',
  },
  recorded('So is a refused one of the Invoke API', 'open', byApi(false), 'nobody', {
    eventName: 'Invoke',
    refused: true,
    named: true,
  }),
];
