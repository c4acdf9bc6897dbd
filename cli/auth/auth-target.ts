import type { NetworkOptions } from '../../transport/network/network-options.ts';
import type { TokenAuth } from '../../transport/stages/bearer.ts';
import type { Person } from './person.ts';

/** A server that is reached by a token, or perhaps by a signature. */
export interface AuthTarget {
  readonly url: URL;
  readonly clientId: string | undefined;
  /** Who can sign in now; undefined: nobody is there. */
  readonly person: Person | undefined;
  readonly network: NetworkOptions;
  /** A `fetch` that sends tokens. */
  withTokens(auth: TokenAuth): typeof fetch;
  /** A `fetch` that signs. */
  signed(): typeof fetch;
}
