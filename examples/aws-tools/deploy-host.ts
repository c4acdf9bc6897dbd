import { Duration, type Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { McpAgentRuntimeJwt } from 'lambda-mcp/infra';
import {
  McpAgentRuntime,
  McpAuth,
  McpEdge,
  McpExpressService,
  McpFunction,
  type McpFunctionProps,
  McpRestApi,
  McpService,
  McpUserPool,
  McpWebFunction,
} from 'lambda-mcp/infra';
import { checkHostOptions, type HostOptions } from './host-options.ts';

/** What a host runs as. */
export interface Deployed {
  /** What the server may do. */
  readonly role: iam.IRole;
  /** The function, where the host is one or has one behind it. */
  readonly function: McpFunction | undefined;
}

/**
 * Puts the server on the host that was chosen.
 *
 * @throws Error for options that do not fit together, with what to give instead
 */
export function deployHost(
  stack: Stack,
  options: HostOptions,
  server: Pick<McpFunctionProps, 'environment'> & { readonly entry: string },
): Deployed {
  checkHostOptions(options);
  const { host, auth, customDomain, albCertificateArn, cdnCertificateArn } = options;
  const isBehindEdge = host.startsWith('edge-');
  const kind = host.replace('edge-', '');
  const certificate = (id: string, arn: string | undefined) =>
    arn === undefined ? undefined : Certificate.fromCertificateArn(stack, id, arn);
  const alb = certificate('Certificate', albCertificateArn);
  const cdn = certificate('CdnCertificate', cdnCertificateArn);
  const domain = customDomain !== undefined && alb ? { domainName: customDomain, certificate: alb } : undefined;
  const people = auth === 'cognito' ? userPool(stack) : undefined;
  const serverUrl = customDomain === undefined ? {} : { serverUrl: `https://${customDomain}/mcp` };
  const edgeBefore = (behind: McpService | McpRestApi | McpFunction) => {
    if (!isBehindEdge) return;
    new McpEdge(stack, 'Edge', {
      server: behind,
      ...(customDomain !== undefined && cdn && { domainName: customDomain, certificate: cdn }),
    });
  };
  const size = { ...(options.memory !== undefined && { memory: options.memory }) };

  if (kind === 'service') {
    const service = new McpService(stack, 'Tools', {
      ...server,
      ...size,
      ...(people && { auth: McpAuth.userPool(people) }),
      ...(alb && { certificate: alb }),
      ...(people && !isBehindEdge && domain && { domainName: domain.domainName, public: true }),
    });
    edgeBefore(service);
    return { role: service.role, function: undefined };
  }
  if (kind === 'express') {
    const auth = McpAuth.userPool(people as McpUserPool, serverUrl);
    const service = new McpExpressService(stack, 'Tools', { ...server, ...size, auth });
    return { role: service.role, function: undefined };
  }
  if (kind === 'web-function') {
    const tools = new McpWebFunction(stack, 'Tools', {
      ...server,
      ...(options.timeout !== undefined && { timeout: Duration.seconds(options.timeout) }),
      ...(people && { auth: McpAuth.userPool(people, serverUrl) }),
    });
    return { role: tools.role, function: undefined };
  }
  if (kind === 'agent-runtime') {
    const { role } = new McpAgentRuntime(stack, 'Tools', {
      ...server,
      ...(people && { jwt: tokensOf(stack, people) }),
    });
    return { role, function: undefined };
  }
  const tools = new McpFunction(stack, 'Tools', {
    ...server,
    ...(options.functionName !== undefined && { functionName: options.functionName }),
    ...(options.memory !== undefined && { memorySize: options.memory }),
    ...(options.timeout !== undefined && { timeout: Duration.seconds(options.timeout) }),
    // In front of a REST API with Cognito the API checks who calls.
    ...(people && kind === 'function' && { auth: McpAuth.userPool(people, isBehindEdge ? serverUrl : {}) }),
  });
  if (kind === 'function') {
    edgeBefore(tools);
    return { role: tools.role, function: tools };
  }
  const api = new McpRestApi(stack, 'Api', {
    server: tools,
    ...(people
      ? {
          authorization: 'cognito',
          userPools: [people.userPool as unknown as IUserPool],
          scopes: ['mcp/call'],
        }
      : { authorization: 'iam' }),
    ...(domain && { domain }),
    ...(options.stageName !== undefined && { stageName: options.stageName }),
    ...(options.apiName !== undefined && { apiName: options.apiName }),
  });
  edgeBefore(api);
  return { role: tools.role, function: tools };
}

/** AgentCore checks tokens itself, by the pool's own keys. */
function tokensOf(stack: Stack, { userPool: { userPoolId }, peopleClient }: McpUserPool): McpAgentRuntimeJwt {
  const issuer = `https://cognito-idp.${stack.region}.${stack.urlSuffix}/${userPoolId}`;
  return {
    discoveryUrl: `${issuer}/.well-known/openid-configuration`,
    allowedClients: [peopleClient.userPoolClientId],
  };
}

/** The domain's prefix is of the account, so that two accounts do not want the same one. */
function userPool(stack: Stack): McpUserPool {
  return new McpUserPool(stack, 'People', {
    domainPrefix: `mcp-tools-${stack.account}`,
    scopes: { call: 'Call the tools' },
  });
}
