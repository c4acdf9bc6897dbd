/**
 * The access log's line, as JSON: who called, and the id of the invocation that answered.
 *
 * Source: Amazon API Gateway Developer Guide, "Variables for access logging for API Gateway". That
 * `$context.awsEndpointRequestId` is Lambda's request id was not seen on AWS by anybody here.
 */
export const ACCESS_LOG_FORMAT = JSON.stringify({
  requestId: '$context.requestId',
  awsEndpointRequestId: '$context.awsEndpointRequestId',
  requestTimeEpoch: '$context.requestTimeEpoch',
  sourceIp: '$context.identity.sourceIp',
  userArn: '$context.identity.userArn',
  accountId: '$context.identity.accountId',
  principalId: '$context.authorizer.principalId',
  subject: '$context.authorizer.claims.sub',
  apiKeyId: '$context.identity.apiKeyId',
  httpMethod: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  errorType: '$context.error.responseType',
  responseLength: '$context.responseLength',
  responseLatency: '$context.responseLatency',
});
