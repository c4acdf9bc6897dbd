import { createNetwork } from '#runtime';
import type { NetworkOptions } from './network/network-options.ts';
import { readOutgoingRequest } from './outgoing-request.ts';
import { type CredentialsOptions, credentialsSource } from './signing/credentials.ts';
import { type AnswerLocallyOptions, answerLocally } from './stages/answer-locally.ts';
import { completeAnswers } from './stages/complete-answers.ts';
import { followRedirects } from './stages/follow-redirects.ts';
import { hideSecrets } from './stages/hide-secrets.ts';
import { type IdleTimeoutOptions, idleTimeout } from './stages/idle-timeout.ts';
import { repairSigning } from './stages/repair-signing.ts';
import { type RetryStageOptions, retry } from './stages/retry.ts';
import { chain, type Stage } from './stages/stage.ts';

/** What every `fetch` of this package takes. */
export interface AgentFetchOptions
  extends AnswerLocallyOptions,
    RetryStageOptions,
    IdleTimeoutOptions,
    NetworkOptions,
    CredentialsOptions {}

/**
 * A `fetch` for MCP clients: the way of a request, from the client to AWS and back.
 *
 * @param carry the last stages, which take the request to AWS
 */
export function createAgentFetch(options: AgentFetchOptions, ...carry: readonly Stage[]): typeof fetch {
  const network = createNetwork(options);
  const credentials = credentialsSource(options, network);
  const send = chain([
    answerLocally(options),
    retry(options),
    completeAnswers,
    idleTimeout(options),
    hideSecrets,
    repairSigning(options, credentials),
    followRedirects,
    ...carry,
  ]);
  return async (input, init) => {
    const request = await readOutgoingRequest(input, init);
    request.signal?.throwIfAborted();
    return send({ ...request, network, signing: { credentials: (region) => credentials({ region }), clockOffset: 0 } });
  };
}
