import type { NetworkOptions } from './network/network-options.ts';
import { readOutgoingRequest } from './outgoing-request.ts';
import { createNetwork } from './runtime/node.ts';
import { type CredentialsOptions, credentialsSource } from './signing/credentials.ts';
import { type AnswerLocallyOptions, answerLocally } from './stages/answer-locally.ts';
import { bearer, type TokenAuth } from './stages/bearer.ts';
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
 * @param auth where tokens come from, in place of AWS credentials
 * @param to where every request goes, whatever its own URL is
 */
export function createAgentFetch(
  options: AgentFetchOptions,
  carry: readonly Stage[],
  { auth, to }: { readonly auth?: TokenAuth | undefined; readonly to?: URL | undefined } = {},
): typeof fetch {
  const network = createNetwork(options);
  const credentials = credentialsSource(options, network);
  const send = chain([
    answerLocally(options),
    retry(options),
    completeAnswers,
    idleTimeout(options),
    hideSecrets,
    auth ? bearer(auth) : repairSigning(options, credentials),
    followRedirects,
    ...carry,
  ]);
  return async (input, init) => {
    const request = await readOutgoingRequest(input, init);
    request.signal?.throwIfAborted();
    const { url } = request;
    return send({
      ...request,
      url: to ?? url,
      network,
      signing: { credentials: (region) => credentials({ region }), clockOffset: 0 },
    });
  };
}
