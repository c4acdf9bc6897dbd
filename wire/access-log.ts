/**
 * The fields of the access log's line, in their order, each with the variable that API Gateway fills in. `McpRestApi` sets
 * this format, the local REST API writes it, and `lambda-mcp audit` reads it and no other. What a caller, a token or an
 * authorizer words stands behind what AWS proves.
 *
 * Source: Amazon API Gateway Developer Guide, "Variables for access logging for API Gateway". That
 * `$context.awsEndpointRequestId` is Lambda's request id was not seen on AWS by anybody here.
 */
export const ACCESS_LOG_FIELDS = {
  /** Clients may choose it: it joins nothing. */
  requestId: '$context.requestId',
  extendedRequestId: '$context.extendedRequestId',
  /** Of the invocation, by which the line is joined; `-` where none began. */
  awsEndpointRequestId: '$context.awsEndpointRequestId',
  requestTimeEpoch: '$context.requestTimeEpoch',
  sourceIp: '$context.identity.sourceIp',
  /** Under IAM. */
  userArn: '$context.identity.userArn',
  accountId: '$context.identity.accountId',
  /** A Lambda authorizer's. */
  principalId: '$context.authorizer.principalId',
  /** A user pool's. */
  subject: '$context.authorizer.claims.sub',
  apiKeyId: '$context.identity.apiKeyId',
  httpMethod: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  errorType: '$context.error.responseType',
  responseLength: '$context.responseLength',
  responseLatency: '$context.responseLatency',
} as const;

export type AccessLogField = keyof typeof ACCESS_LOG_FIELDS;

/** What API Gateway writes for a variable that has no value. */
export const NO_VALUE = '-';

/** The service by which API Gateway calls a function, as CloudTrail names it. */
export const API_GATEWAY = 'apigateway.amazonaws.com';
