/** A payload 1.0 event as a REST API under IAM sends it, as documented. */
export function restApiEvent(changes: Readonly<Record<string, unknown>> = {}) {
  const userArn = 'arn:aws:sts::111122223333:assumed-role/admin/alice';
  return {
    resource: '/mcp',
    path: '/mcp',
    httpMethod: 'POST',
    headers: { Accept: 'application/json, text/event-stream', 'Content-Type': 'application/json' },
    multiValueHeaders: {
      Accept: ['application/json, text/event-stream'],
      'Content-Type': ['application/json'],
      'X-Two': ['a', 'b'],
    },
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      accountId: '111122223333',
      apiId: 'abcdefghij',
      domainName: 'abcdefghij.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'abcdefghij',
      extendedRequestId: 'Xyz=',
      httpMethod: 'POST',
      identity: {
        accessKey: 'ASIAEXAMPLE',
        accountId: '111122223333',
        caller: 'AROAEXAMPLE:alice',
        principalOrgId: 'o-abcdefghij',
        sourceIp: '127.0.0.1',
        user: 'AROAEXAMPLE:alice',
        userAgent: 'test',
        userArn,
      },
      path: '/prod/mcp',
      protocol: 'HTTP/1.1',
      requestId: '4c1b6b0e-0000-4000-8000-000000000000',
      requestTime: '12/Mar/2020:19:03:58 +0000',
      requestTimeEpoch: 1583348638390,
      resourceId: 'abc123',
      resourcePath: '/mcp',
      stage: 'prod',
      ...(changes.requestContext as object),
    },
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
    isBase64Encoded: false,
    ...Object.fromEntries(Object.entries(changes).filter(([name]) => name !== 'requestContext')),
  };
}
