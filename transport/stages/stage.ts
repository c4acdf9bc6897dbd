import type { AwsCredentialIdentity } from '@smithy/types';
import type { Network } from '../network/network-options.ts';
import type { OutgoingRequest } from '../outgoing-request.ts';

/** A request on its way, with what it is signed with and what it goes over. */
export interface StagedRequest extends OutgoingRequest {
  readonly network: Network;
  readonly signing: {
    /** Asks for credentials when they are needed; a role is asked for in this region, if its partition has it. */
    credentials(region?: string): Promise<AwsCredentialIdentity>;
    /** Milliseconds by which AWS's clock is ahead of this one. */
    readonly clockOffset: number;
  };
}

/** What a stage hands the request on to. */
export type Next = (request: StagedRequest) => Promise<Response>;

/** One thing that happens to a request on its way out, and to its response on its way back. */
export type Stage = (request: StagedRequest, next: Next) => Promise<Response>;

/** The stages as one: each hands on to the one behind it. */
export function chain(stages: readonly Stage[]): Next {
  const end: Next = () => {
    throw new Error('The last stage hands on to nobody.');
  };
  return stages.reduceRight<Next>((next, stage) => (request) => stage(request, next), end);
}
