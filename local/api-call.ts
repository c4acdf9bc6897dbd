import type { ServerResponse } from 'node:http';
import type { IncomingRequest } from './http-io.ts';
import type { PrincipalKey } from './principals.ts';

/** A call of the Lambda API: who, of which version or alias, with what. */
export interface ApiCall {
  readonly incoming: IncomingRequest;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly caller: PrincipalKey;
  readonly qualifier: string | undefined;
  readonly query: URLSearchParams;
  /** The last part of the path, where the operation has one. */
  readonly item: string | undefined;
}
