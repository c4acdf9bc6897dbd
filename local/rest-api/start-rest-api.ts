import { resolve } from 'node:path';
import { createEnvironments, type Environments } from '../execution/environments.ts';
import { listen } from '../listen.ts';
import type { LocalFunction } from '../local-function.ts';
import type { PrincipalKey } from '../principals.ts';
import type { Trail } from '../trail.ts';
import { createApi } from './api.ts';
import type { Authorize } from './authorize.ts';
import { cognitoAuthorization } from './cognito-authorization.ts';
import { iamAuthorization } from './iam-authorization.ts';
import { lambdaAuthorization } from './lambda-authorization.ts';
import { createRestApi } from './rest-api.ts';
import type { LambdaAuthorizerOptions, LocalRestApiOptions } from './rest-api-options.ts';

/** What a REST API stands in front of, and who may call it. */
export interface RestApiSetting {
  readonly fn: LocalFunction;
  readonly environments: Environments;
  readonly keys: ReadonlyMap<string, PrincipalKey>;
  readonly report: (line: string) => void;
  readonly log: (line: string) => void;
  readonly trail: Trail;
  /** Takes the stage's access log, line by line. */
  readonly writeAccess: (line: string) => void;
}

/** @throws when a port is taken, a policy is malformed, or API Gateway could have no such API */
export async function startRestApi(options: LocalRestApiOptions, setting: RestApiSetting) {
  const { fn, environments, keys, report, trail, writeAccess } = setting;
  const { authorization = 'iam', resourcePolicy, idleTimeout = 300_000, port } = options;
  const api = createApi(fn, options);
  let authorizer: Environments | undefined;
  let authorize: Authorize;
  if (authorization === 'iam') authorize = iamAuthorization(api, keys, resourcePolicy, report);
  else if (resourcePolicy)
    throw new Error('A resource policy beside an authorizer is not modelled here: leave it out.');
  else if (authorization.type === 'COGNITO_USER_POOLS') authorize = await cognitoAuthorization(authorization, report);
  else {
    authorizer = startAuthorizer(authorization, setting);
    authorize = lambdaAuthorization(api, authorization, authorizer, report);
  }
  const backend = { environments, idleTimeout, trail, writeAccess };
  const server = await listen(createRestApi(api, authorize, backend), port).catch(async (error) => {
    await authorizer?.close();
    throw error;
  });
  return {
    url: `${server.origin}${api.hasStageInPath ? `/${api.stage}` : ''}${api.path}`,
    close: async () => void (await Promise.all([server.close(), authorizer?.close()])),
  };
}

function startAuthorizer({ entry, environment }: LambdaAuthorizerOptions, { fn, log }: RestApiSetting): Environments {
  return createEnvironments({
    entry: resolve(entry),
    ...(environment && { environment }),
    functionName: `${fn.name}-authorizer`,
    functionArn: `${fn.arn}-authorizer`,
    region: fn.region,
    version: '$LATEST',
    timeoutMs: 10_000,
    memoryMb: 512,
    maxConcurrency: 10,
    log,
  });
}
