import { NOTIFICATION, send } from '../send.ts';
import type { Check, Target } from '../target.ts';

/** Calls the probe through the API, and gives what the function was told. */
async function callApi({
  apiUrl,
  region,
  probe,
}: Target): Promise<{ awsRequestId: string; requestIdsAreEqual: boolean }> {
  const as = await probe.as('url');
  const query = { probe: 'event' };
  const { status, body } = await send({ url: apiUrl, region, service: 'execute-api', as, body: NOTIFICATION, query });
  if (status !== 200) throw new Error(`The probe was not reached: ${status} ${body}`);
  return JSON.parse(body);
}

export const restApiChecks: readonly Check[] = [
  {
    what: 'The event’s request id is the API’s own, not the invocation’s',
    sure: 'doc',
    expected: false,
    see: async (target) => (await callApi(target)).requestIdsAreEqual,
  },
  {
    what: 'awsEndpointRequestId in the access log is the invocation’s awsRequestId, and userArn names the role’s session',
    sure: 'open',
    expected: { userArn: true },
    async see(target) {
      const { awsRequestId } = await callApi(target);
      const line = await target.accessed(awsRequestId);
      if (!line) return 'no line of the access log names the invocation';
      return { userArn: /^arn:aws[\w-]*:sts::\d{12}:assumed-role\/[^/]+\/[^/]+$/.test(line.userArn ?? '') };
    },
  },
  {
    what: 'The call is recorded as Invoke by apigateway.amazonaws.com',
    sure: 'report',
    expected: { eventName: 'Invoke', invokedBy: 'apigateway.amazonaws.com' },
    async see(target) {
      const { awsRequestId } = await callApi(target);
      const [record] = await target.records([awsRequestId]);
      return record ? { eventName: record.eventName, invokedBy: record.userIdentity?.invokedBy } : 'no record of it';
    },
  },
];
