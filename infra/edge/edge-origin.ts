import { Duration, Fn, Stack, Token } from 'aws-cdk-lib';
import type { IOrigin } from 'aws-cdk-lib/aws-cloudfront';
import { OriginProtocolPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, VpcOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { ORIGIN_SECRET_HEADER, ORIGIN_SECRET_VARIABLE } from '../../wire/origin-secret.ts';
import { McpFunction } from '../mcp-function.ts';
import { McpRestApi } from '../mcp-rest-api.ts';
import { McpService } from '../service/mcp-service.ts';
import type { McpEdgeProps } from './mcp-edge-props.ts';
import { admitByEdgeOnly, originSecret } from './origin-secret.ts';

/**
 * How long an origin may be silent, the most that needs no higher quota: the server is never silent for more than 15 seconds.
 * Idle connections are dropped before a load balancer drops them, at 60.
 */
const TIMEOUTS = { readTimeout: Duration.seconds(120), keepaliveTimeout: Duration.seconds(55) };

const HTTPS = { protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY, ...TIMEOUTS };

const PREFIX_LIST = 'com.amazonaws.global.cloudfront.origin-facing';

export interface EdgeOrigin {
  readonly origin: IOrigin;
  /** Whether the origin is told the host that clients called. */
  readonly forwardsHost: boolean;
}

/** What has an edge, with its path: each adds its own secret, and tokens are for the URL of one. */
const edges = new WeakMap<object, string>();

/** @throws Error for a server that everybody could call, that could not check who calls by this host, or that has an edge */
export function originOf(scope: Construct, props: McpEdgeProps): EdgeOrigin {
  const { server } = props;
  const behind = server instanceof McpService ? server.network : server;
  const other = edges.get(behind);
  if (other !== undefined) {
    throw new Error(
      `${scope.node.path}: ${server.node.path} is behind ${other} already, and would answer the requests of one only. Leave out ` +
        'one of the two: services beside another one share its edge.',
    );
  }
  edges.set(behind, scope.node.path);
  if (server instanceof McpFunction) return functionOrigin(scope, server, props);
  if (server instanceof McpRestApi) return restApiOrigin(scope, server, props);
  return serviceOrigin(scope, server, props);
}

/** An internal load balancer, which is reached by CloudFront and nobody else. */
function serviceOrigin(scope: Construct, server: McpService, props: McpEdgeProps): EdgeOrigin {
  const { network } = server;
  if (!server.checksCallers)
    throw new Error(`${scope.node.path}: the service has no auth, and the edge lets everybody in.`);
  if (network.isPublic) {
    throw new Error(
      `${scope.node.path}: the service is public, so that callers could go around. Leave out its public.`,
    );
  }
  if (network.isTls && props.domainName === undefined) {
    throw new Error(
      `${scope.node.path}: the load balancer has a certificate, which CloudFront compares with the host that was called: give ` +
        'the edge that domainName, with its certificate of us-east-1.',
    );
  }
  const peer = ec2.Peer.prefixList(props.prefixListId ?? prefixListId(scope));
  const port = network.isTls ? 443 : 80;
  network.loadBalancer.connections.allowFrom(peer, ec2.Port.tcp(port), 'CloudFront, by its VPC origin');
  const protocolPolicy = network.isTls ? OriginProtocolPolicy.HTTPS_ONLY : OriginProtocolPolicy.HTTP_ONLY;
  const origin = VpcOrigin.withApplicationLoadBalancer(network.loadBalancer as never, { protocolPolicy, ...TIMEOUTS });
  return { origin, forwardsHost: true };
}

function prefixListId(scope: Construct): string {
  const { account, region } = Stack.of(scope);
  if (Token.isUnresolved(account) || Token.isUnresolved(region)) {
    throw new Error(
      `${scope.node.path}: which prefix list CloudFront calls from depends on the region, which the stack does not say. Give ` +
        `the stack env: { account, region }, or the edge prefixListId, the id of ${PREFIX_LIST}.`,
    );
  }
  return ec2.PrefixList.fromLookup(scope, 'CloudFront', { prefixListName: PREFIX_LIST }).prefixListId;
}

/** A REST API's methods check who calls, and a regional web ACL that it came by the edge. */
function restApiOrigin(scope: Construct, api: McpRestApi, { domainName }: McpEdgeProps): EdgeOrigin {
  if (api.authorization === 'iam') {
    throw new Error(
      `${scope.node.path}: the REST API checks signatures, which are for its own host, and the edge has another. Give it ` +
        "authorization 'lambda' or 'cognito'.",
    );
  }
  if (api.domain && api.domainName !== domainName) {
    throw new Error(
      `${scope.node.path}: the REST API has the domain ${api.domainName}. Give the edge the same domainName: its clients call it ` +
        'by that, and the API knows itself by it.',
    );
  }
  const secret = originSecret(scope);
  admitByEdgeOnly(scope, api, secret);
  const customHeaders = { [ORIGIN_SECRET_HEADER]: secret };
  if (api.domain) {
    return {
      origin: new HttpOrigin(api.domain.domainNameAliasDomainName, { customHeaders, ...HTTPS }),
      forwardsHost: true,
    };
  }
  const { region, urlSuffix } = Stack.of(api);
  const host = `${api.api.restApiId}.execute-api.${region}.${urlSuffix}`;
  const originPath = `/${api.api.deploymentStage.stageName}`;
  return { origin: new HttpOrigin(host, { customHeaders, originPath, ...HTTPS }), forwardsHost: false };
}

/** A function's URL lets everybody in: the function itself refuses what did not come by the edge. */
function functionOrigin(scope: Construct, server: McpFunction, { domainName }: McpEdgeProps): EdgeOrigin {
  if (!server.auth) {
    throw new Error(
      `${scope.node.path}: the function checks signatures, which are for its own host, and the edge has another. Give it auth, or ` +
        'let its callers call the function URL.',
    );
  }
  const serverUrl = server.auth.environment.MCP_SERVER_URL;
  if (domainName === undefined || serverUrl !== `https://${domainName}/mcp`) {
    throw new Error(
      `${scope.node.path}: the function's tokens must be for the edge's URL, and CloudFormation cannot tell a function the name ` +
        'of a distribution that needs the function. Give the edge a domainName, and the function ' +
        `McpAuth.userPool(pool, { serverUrl: 'https://${domainName ?? 'DOMAIN'}/mcp' }).`,
    );
  }
  const secret = originSecret(scope);
  server.function.addEnvironment(ORIGIN_SECRET_VARIABLE, secret);
  const host = Fn.select(2, Fn.split('/', server.url));
  return {
    origin: new HttpOrigin(host, { customHeaders: { [ORIGIN_SECRET_HEADER]: secret }, ...HTTPS }),
    forwardsHost: false,
  };
}
