import { CfnOutput, Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { REST_API_VARIABLE } from '../wire/rest-api.ts';
import { ACCESS_LOG_FORMAT } from './access-log-format.ts';
import { assertHostName } from './host-name.ts';
import type { McpRestApiProps } from './mcp-rest-api-props.ts';
import { addSignInMetadata } from './sign-in-metadata.ts';

/**
 * An API Gateway REST API in front of an MCP server, which streams for up to 15 minutes: `/mcp`, and nothing else.
 *
 * ```ts
 * const api = new McpRestApi(this, 'Api', { server: tools, authorization: 'iam' });
 * api.grantInvoke(agentRole);
 * ```
 *
 * The server learns who called with `callerIdentity: 'api-gateway'`, see `docs/rest-api.md`. Outputs the URL.
 */
export class McpRestApi extends Construct {
  /** CDK's construct of the API. */
  readonly api: apigateway.RestApi;
  /** The MCP endpoint. */
  readonly url: string;
  /** One line of JSON for each request, refused ones included. */
  readonly accessLog: logs.LogGroup;
  /** As asked for. */
  readonly authorization: McpRestApiProps['authorization'];
  /** Of the custom domain. */
  readonly domainName: string | undefined;
  /** The custom domain, whose alias names are for a DNS record. */
  readonly domain: apigateway.DomainName | undefined;
  /** What callers send as `x-api-key`, where there is a usage plan. */
  readonly apiKey: apigateway.IApiKey | undefined;

  /** @throws Error when what the authorization needs is missing */
  constructor(scope: Construct, id: string, props: McpRestApiProps) {
    super(scope, id);
    const { server, domain, stageName = 'prod', usagePlan, webAclArn, cloudWatchRole = true } = props;
    assertHostName(this.node.path, domain?.domainName);
    const authorization = this.authorizationOf(props);
    this.assertServerAuth(props);
    // With auth its URL lets everybody in: a way around the authorizer, the usage plan and the web ACLs.
    server.function.addEnvironment(REST_API_VARIABLE, server.auth ? 'only' : 'enabled');
    this.accessLog = new logs.LogGroup(this, 'AccessLog', {
      retention: props.logRetention ?? logs.RetentionDays.THREE_MONTHS,
    });
    this.api = new apigateway.RestApi(this, 'Api', {
      cloudWatchRole,
      ...(props.apiName !== undefined && { restApiName: props.apiName }),
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      // With a domain the other host would be a second way in, around what guards the domain.
      disableExecuteApiEndpoint: domain !== undefined,
      deployOptions: {
        stageName,
        tracingEnabled: true,
        loggingLevel: apigateway.MethodLoggingLevel.ERROR,
        accessLogDestination: new apigateway.LogGroupLogDestination(this.accessLog),
        accessLogFormat: apigateway.AccessLogFormat.custom(ACCESS_LOG_FORMAT),
      },
      ...(domain && { domainName: { ...domain, securityPolicy: apigateway.SecurityPolicy.TLS_1_2 } }),
    });
    // CDK's own classes do not fit its interfaces where optional properties must be exact.
    const integration = new apigateway.LambdaIntegration(server.target as unknown as lambda.IFunction, {
      responseTransferMode: apigateway.ResponseTransferMode.STREAM,
      timeout: Duration.minutes(15),
      allowTestInvoke: false,
    });
    // Every method: the server itself answers a GET with the 405 that clients expect.
    this.api.root
      .addResource('mcp')
      .addMethod('ANY', integration, { ...authorization, apiKeyRequired: usagePlan !== undefined });
    if (props.authorization === 'cognito' && domain) {
      addSignInMetadata(this.api, domain.domainName, props.userPools ?? [], props.scopes ?? []);
    }
    if (usagePlan) {
      this.apiKey = this.api.addApiKey('Key');
      const plan = this.api.addUsagePlan('UsagePlan', {
        ...usagePlan,
        apiStages: [{ stage: this.api.deploymentStage }],
      });
      plan.addApiKey(this.apiKey);
    }
    if (webAclArn !== undefined) {
      new CfnWebACLAssociation(this, 'WebAcl', { resourceArn: this.api.deploymentStage.stageArn, webAclArn });
    }
    this.authorization = props.authorization;
    this.domainName = domain?.domainName;
    this.domain = this.api.domainName;
    this.url = domain ? `https://${domain.domainName}/mcp` : this.api.urlForPath('/mcp');
    new CfnOutput(this, 'Url', { value: this.url, description: `MCP endpoint: ${props.authorization}` });
  }

  private authorizationOf(props: McpRestApiProps): apigateway.MethodOptions {
    const { authorization, authorizer, userPools = [], scopes = [], domain } = props;
    if (authorization === 'iam') return { authorizationType: apigateway.AuthorizationType.IAM };
    if (authorization === 'lambda') {
      if (!authorizer) throw new Error(`${this.node.path}: authorization 'lambda' needs an authorizer.`);
      return { authorizationType: apigateway.AuthorizationType.CUSTOM, authorizer };
    }
    if (userPools.length === 0) throw new Error(`${this.node.path}: authorization 'cognito' needs userPools.`);
    if (!domain) {
      throw new Error(
        `${this.node.path}: authorization 'cognito' needs a domain. A client looks for where to sign in at the root of the ` +
          'host, and without a domain of its own an API has its stage there: give domain: { domainName, certificate }.',
      );
    }
    return {
      authorizationType: apigateway.AuthorizationType.COGNITO,
      authorizer: new apigateway.CognitoUserPoolsAuthorizer(this, 'UserPools', { cognitoUserPools: [...userPools] }),
      ...(scopes.length > 0 && { authorizationScopes: [...scopes] }),
    };
  }

  /** A server that checks tokens itself must get them, and know the URL that clients sign in for, or it refuses them all. */
  private assertServerAuth({ server, authorization, domain }: McpRestApiProps): void {
    if (server.auth && authorization === 'iam') {
      throw new Error(
        `${this.node.path}: under IAM the header Authorization holds a signature, and the server's auth wants a token in it. ` +
          "Leave out the server's auth, or take authorization 'cognito' or 'lambda'.",
      );
    }
    const url = `https://${domain?.domainName}/mcp`;
    if (authorization !== 'cognito' || !server.auth || server.auth.environment.MCP_SERVER_URL === url) return;
    throw new Error(
      `${this.node.path}: its clients sign in for ${url}, which the server's auth does not know: ` +
        `McpAuth.userPool(pool, { serverUrl: '${url}' }).`,
    );
  }

  /** Lets a role or user of this app call, under `iam`: `execute-api:Invoke` on `/mcp`. */
  grantInvoke(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['execute-api:Invoke'],
      resourceArns: [this.api.arnForExecuteApi('*', '/mcp', this.api.deploymentStage.stageName)],
    });
  }
}
