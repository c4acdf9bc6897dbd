import type { LocalPrincipal } from '../../local/index.ts';
import { UsageError } from '../usage-error.ts';
import { type DevSelf, runningSelves } from './self.ts';

/** How the server that `dev` runs is reached. */
export interface DevTarget {
  readonly self: DevSelf;
  readonly principal: LocalPrincipal;
}

/** Whether a target is a server of `dev`: `dev`, or `dev:NAME` where it runs several. */
export function isDevTarget(target: string): boolean {
  return target === 'dev' || target.startsWith('dev:');
}

/**
 * Finds the server that `dev` runs in this folder, and the caller's key.
 *
 * @param as name of the principal; default: `agent`, or else the first
 * @throws {UsageError} when there is none, or several and none is named
 */
export function findDevTarget(target: string, as: string | undefined): DevTarget {
  const running = runningSelves();
  const name = target.slice('dev:'.length);
  const fitting = name === '' ? running : running.filter(({ functionName }) => functionName === name);
  const [self, other] = fitting;
  if (!self) {
    const others = running.map(({ functionName }) => `dev:${functionName}`).join(', ');
    throw new UsageError(
      `No local server ${name === '' ? '' : `${name} `}runs in this folder${others && `, but ${others}`}. ` +
        `Start one: lambda-mcp dev server.ts. A deployed function is named in full: function:${name || 'dev'}`,
    );
  }
  if (other) {
    throw new UsageError(`Several run here. Name one: ${fitting.map((each) => `dev:${each.functionName}`).join(', ')}`);
  }
  return { self, principal: principalOf(self, as) };
}

/** @throws {UsageError} when there is no principal of that name */
export function principalOf({ principals }: Pick<DevSelf, 'principals'>, as: string | undefined): LocalPrincipal {
  const wanted =
    principals.find(({ name }) => name === (as ?? 'agent')) ?? (as === undefined ? principals[0] : undefined);
  if (wanted) return wanted;
  const names = principals.map(({ name }) => name).join(', ');
  throw new UsageError(
    `The local server has no principal ${JSON.stringify(as ?? 'agent')}: it has ${names || 'none'}.`,
  );
}

/** Variables by which other programs reach the server. */
export function devVariables({ self, principal }: DevTarget): Record<string, string> {
  return {
    AWS_REGION: self.region,
    AWS_DEFAULT_REGION: self.region,
    AWS_ENDPOINT_URL_LAMBDA: self.lambdaEndpoint,
    FUNCTION_URL: self.functionUrl,
    ...(self.restApiUrl !== undefined && { REST_API_URL: self.restApiUrl, ACCESS_LOG_FILE: self.accessLogFile ?? '' }),
    FUNCTION_NAME: self.functionName,
    TRAIL_FILE: self.trailFile,
    LOG_FILE: self.logFile,
    AWS_ACCESS_KEY_ID: principal.accessKeyId,
    AWS_SECRET_ACCESS_KEY: principal.secretAccessKey,
    AWS_SESSION_TOKEN: principal.sessionToken ?? '',
    ...(self.signInClient !== undefined && signInVariables(self.signInClient)),
  };
}

/** By which the command signs people in; what is set already goes first. */
function signInVariables(clientId: string): Record<string, string> {
  const { AUTH_METHOD, OAUTH_CLIENT_ID } = process.env;
  return { AUTH_METHOD: AUTH_METHOD || 'oauth', OAUTH_CLIENT_ID: OAUTH_CLIENT_ID || clientId };
}
