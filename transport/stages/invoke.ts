import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { AwsCredentialIdentity } from '@smithy/types';
import { MAX_REQUEST_SIZE } from '../../wire/limits.ts';
import { explainConnectionError } from '../connection-error.ts';
import { RequestTooLargeError, TargetError } from '../errors.ts';
import type { FunctionTarget } from '../function-target.ts';
import { invocationErrorResponse } from '../invocation/invocation-error.ts';
import { invokeOnce } from '../invocation/invoke-once.ts';
import { readInvocation } from '../invocation/read-invocation.ts';
import { toEvent } from '../invocation/to-event.ts';
import type { Network } from '../network/network-options.ts';
import { type CredentialsOptions, isOtherKey } from '../signing/credentials.ts';
import { environmentRegion } from '../signing-scope.ts';
import type { Stage, StagedRequest } from './stage.ts';

export interface InvokeOptions {
  /**
   * Of a name or an ARN: the function's region.
   * @default the ARN's, else AWS_REGION, AWS_DEFAULT_REGION or the profile's
   */
  readonly region?: string | undefined;
  /**
   * Version or alias to invoke.
   * @default the ARN's, else `$LATEST`
   */
  readonly qualifier?: string | undefined;
  /**
   * Endpoint of the Lambda API, such as an interface VPC endpoint.
   * @default AWS_ENDPOINT_URL_LAMBDA, or the region's endpoint
   */
  readonly endpoint?: string | undefined;
  /**
   * A client of your own, with its credentials, region and endpoint. Its own retrying is left out: it could run a tool
   * twice.
   */
  readonly client?: LambdaClient | undefined;
}

/** Carries the request by the Lambda API's InvokeWithResponseStream, once. */
export function invoke(
  { functionName, qualifier, region }: FunctionTarget,
  options: InvokeOptions & CredentialsOptions,
): Stage {
  const findClient = options.client ? async () => options.client as LambdaClient : clientSource(region, options);

  return async (request) => {
    const payload = new TextEncoder().encode(JSON.stringify(toEvent(request, functionName)));
    if (payload.byteLength > MAX_REQUEST_SIZE) {
      throw new RequestTooLargeError('The request as an invocation event', payload.byteLength, MAX_REQUEST_SIZE);
    }
    const client = await findClient(request);
    const input = { FunctionName: functionName, Qualifier: options.qualifier ?? qualifier, Payload: payload };
    // The AWS client leaves a response that nobody reads on open, and its connection with it: an abort closes both.
    const unread = new AbortController();
    const signal = request.signal ? AbortSignal.any([request.signal, unread.signal]) : unread.signal;
    try {
      await request.network.wake();
      return await readInvocation(await invokeOnce(client, input, signal), () => unread.abort());
    } catch (error) {
      request.signal?.throwIfAborted();
      const response = invocationErrorResponse(error);
      if (!response) throw explainConnectionError(error);
      return response;
    } finally {
      request.network.used();
    }
  };
}

/** A client that signs with the credentials and the clock of the request; it is made anew when the credentials change. */
function clientSource(
  targetRegion: string | undefined,
  { region, endpoint, profile }: InvokeOptions & CredentialsOptions,
): (request: Pick<StagedRequest, 'signing' | 'network'>) => Promise<LambdaClient> {
  const known = () => region ?? targetRegion ?? environmentRegion();
  let held: { readonly client: LambdaClient; readonly credentials: AwsCredentialIdentity } | undefined;

  async function createClient(credentials: AwsCredentialIdentity, network: Network): Promise<LambdaClient> {
    const { LambdaClient } = await import('@aws-sdk/client-lambda');
    const handler = await network.requestHandler();
    const wanted = known();
    const client = new LambdaClient({
      credentials,
      maxAttempts: 1,
      ...(wanted && { region: wanted }),
      ...(endpoint && { endpoint }),
      ...(profile && { profile }),
      // The connections of the client before it are taken over.
      ...(held && { requestHandler: held.client.config.requestHandler }),
      ...(!held && handler && { requestHandler: handler }),
    });
    await client.config.region().catch((cause: unknown) => {
      throw new TargetError(
        "A function's name does not tell its region: give the option `region`, set AWS_REGION, or give the ARN.",
        { cause },
      );
    });
    return client;
  }

  return async ({ signing: { credentials: find, clockOffset }, network }) => {
    const credentials = await find(known());
    if (!held || isOtherKey(held.credentials, credentials)) {
      held = { client: await createClient(credentials, network), credentials };
    }
    if (clockOffset !== 0) held.client.config.systemClockOffset = clockOffset;
    return held.client;
  };
}
