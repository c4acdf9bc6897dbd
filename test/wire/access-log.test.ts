import { expect, it } from 'vitest';
import { ACCESS_LOG_FIELDS } from '../../wire/access-log.ts';

it('the access log holds these variables of API Gateway, what AWS proves before what a caller words', () => {
  expect(Object.entries(ACCESS_LOG_FIELDS).map(([name, variable]) => `${name} ${variable}`)).toEqual([
    'requestId $context.requestId',
    'extendedRequestId $context.extendedRequestId',
    'awsEndpointRequestId $context.awsEndpointRequestId',
    'requestTimeEpoch $context.requestTimeEpoch',
    'sourceIp $context.identity.sourceIp',
    'userArn $context.identity.userArn',
    'accountId $context.identity.accountId',
    'principalId $context.authorizer.principalId',
    'subject $context.authorizer.claims.sub',
    'apiKeyId $context.identity.apiKeyId',
    'httpMethod $context.httpMethod',
    'path $context.path',
    'status $context.status',
    'errorType $context.error.responseType',
    'responseLength $context.responseLength',
    'responseLatency $context.responseLatency',
  ]);
});
