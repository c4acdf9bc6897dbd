import type { IncomingRequest } from '../http-io.ts';
import type { GatewayResponse } from './gateway-response.ts';
import type { Admitted } from './rest-api-request.ts';

/** Lets a request in, or says how it is refused. */
export type Authorize = (
  incoming: IncomingRequest,
) => Promise<{ readonly admitted: Admitted } | { readonly refusal: GatewayResponse }>;
