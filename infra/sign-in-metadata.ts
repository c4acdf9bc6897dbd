import { Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';

/**
 * Tells a client without a token where to sign in: `WWW-Authenticate` on a 401, and the document that it names, which API
 * Gateway answers itself.
 *
 * Source: RFC 9728, sections 3 and 5.1; MCP specification, "Authorization", protected resource metadata.
 */
export function addSignInMetadata(
  api: apigateway.RestApi,
  domainName: string,
  userPools: readonly IUserPool[],
  scopes: readonly string[],
): void {
  const { urlSuffix } = Stack.of(api);
  const document = Stack.of(api).toJsonString({
    resource: `https://${domainName}/mcp`,
    authorization_servers: userPools.map(
      // It may be in another region than the API.
      ({ userPoolId, env }) => `https://cognito-idp.${env.region}.${urlSuffix}/${userPoolId}`,
    ),
    bearer_methods_supported: ['header'],
    ...(scopes.length > 0 && { scopes_supported: scopes }),
  });
  const integration = new apigateway.MockIntegration({
    requestTemplates: { 'application/json': '{"statusCode":200}' },
    integrationResponses: [{ statusCode: '200', responseTemplates: { 'application/json': document } }],
  });
  const options = {
    authorizationType: apigateway.AuthorizationType.NONE,
    apiKeyRequired: false,
    methodResponses: [{ statusCode: '200' }],
  };
  const wellKnown = api.root.addResource('.well-known').addResource('oauth-protected-resource');
  for (const resource of [wellKnown, wellKnown.addResource('mcp')]) resource.addMethod('GET', integration, options);
  const metadata = `https://${domainName}/.well-known/oauth-protected-resource/mcp`;
  api.addGatewayResponse('Unauthorized', {
    type: apigateway.ResponseType.UNAUTHORIZED,
    responseHeaders: { 'WWW-Authenticate': `'Bearer resource_metadata="${metadata}"'` },
  });
}
