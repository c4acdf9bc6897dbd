import type { ServerResponse } from 'node:http';
import { sendJson } from '../http-io.ts';

/** What API Gateway answers by itself. */
export interface GatewayResponse {
  readonly status: number;
  /** `x-amzn-errortype` */
  readonly errorType: string;
  readonly body: { readonly message: string | null } | { readonly Message: string };
}

const of = (status: number, errorType: string, message: string | null): GatewayResponse => ({
  status,
  errorType,
  body: { message },
});

/**
 * The responses without customization.
 *
 * Source: Amazon API Gateway Developer Guide, "Gateway response types for API Gateway"; bodies and error types as callers
 * report them. AWS's answer of an authorizer that failed was seen by nobody here.
 */
export const GATEWAY_RESPONSES = {
  /** Of a request without a signature too, and of a path that is none of the API's. */
  missingToken: of(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token'),
  unauthorized: of(401, 'UnauthorizedException', 'Unauthorized'),
  expired: of(401, 'UnauthorizedException', 'The incoming token has expired'),
  authorizerFailed: of(500, 'AuthorizerConfigurationException', null),
  tooLarge: of(413, 'RequestEntityTooLargeException', 'Request Too Long'),
  /** The function failed before its response began, or answered what is none. */
  badGateway: of(502, 'InternalServerErrorException', 'Internal server error'),
  /** The function was throttled. */
  failed: of(500, 'InternalServerErrorException', 'Internal server error'),
} as const;

/** An answer whose member is capitalized: API Gateway hands on what IAM says. */
export function accessDenied(message: string): GatewayResponse {
  return { status: 403, errorType: 'AccessDeniedException', body: { Message: message } };
}

export function sendGatewayResponse(response: ServerResponse, { status, errorType, body }: GatewayResponse): void {
  sendJson(response, status, body, { 'x-amzn-errortype': errorType });
}
