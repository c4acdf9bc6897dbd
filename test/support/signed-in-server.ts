import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLocalLambda } from 'lambda-mcp/local';
import { freePort, poolVariables } from '../../cli/dev/pool-variables.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../../local/authorization-server/start.ts';
import { bareEnvironment } from './cli.ts';

type Env = Record<string, string>;

/** A server that people sign in to, on the local Lambda, with a user pool beside it. */
export interface SignedInServer extends AsyncDisposable {
  readonly url: string;
  readonly pool: AuthorizationServer;
  readonly callback: string;
  /** The environment of somebody with a home of their own, and a browser in which they sign in. */
  person(changed?: Env): Env;
  /** The environment of a machine. */
  machine(changed?: Env): Env;
}

interface Options {
  /** Seconds. */
  readonly accessTokenValidity?: number;
  /** Variables of the function that are to be others. */
  readonly environment?: Env;
}

const BROWSER = fileURLToPath(new URL('../fixtures/browser.ts', import.meta.url));

export async function startSignedInServer({ environment, ...options }: Options = {}): Promise<SignedInServer> {
  // Several tests may run at once: each has a callback of its own.
  const callback = `http://localhost:${await freePort()}/callback`;
  const scopes = ['tools/call', 'tools/admin'];
  const pool = await startAuthorizationServer({ scopes, callbackUrls: [callback], ...options });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const lambda = await startLocalLambda({
    entry: fileURLToPath(new URL('../fixtures/servers/scoped.ts', import.meta.url)),
    environment: { ...poolVariables(pool, url), ...environment },
    authType: 'NONE',
    port,
  });
  return {
    url,
    pool,
    callback,
    person: (changed) => {
      const home = newHome();
      return {
        ...home,
        OAUTH_CLIENT_ID: pool.clients.people.clientId,
        OAUTH_REDIRECT_URI: callback,
        ...browserOf(pool, home.HOME),
        ...changed,
      };
    },
    machine: (changed) => {
      const { clientId, clientSecret = '' } = pool.clients.machine;
      return { ...newHome(), OAUTH_CLIENT_ID: clientId, OAUTH_CLIENT_SECRET: clientSecret, ...changed };
    },
    async [Symbol.asyncDispose]() {
      await lambda.close();
      await pool.close();
    },
  };
}

/** Variables by which the command finds a browser, with a user of the pool in it. @param home where it keeps its log */
export function browserOf({ users }: Pick<AuthorizationServer, 'users'>, home: string): Env {
  const [user] = users;
  return {
    BROWSER: `'${process.execPath}' '${BROWSER}'`,
    BROWSER_USER: user?.username ?? '',
    BROWSER_PASSWORD: user?.password ?? '',
    BROWSER_LOG: join(home, 'browser.log'),
  };
}

/** How often that browser was opened, and where. */
export function opened({ BROWSER_LOG = '' }: Env): URL[] {
  try {
    return readFileSync(BROWSER_LOG, 'utf8')
      .trim()
      .split('\n')
      .map((line) => new URL(line));
  } catch {
    return [];
  }
}

/** A home with a space in its path, in which nobody has signed in yet. */
export function newHome(): Env & { HOME: string; XDG_STATE_HOME: string } {
  const HOME = mkdtempSync(join(tmpdir(), 'signed in-'));
  return { ...bareEnvironment, HOME, XDG_STATE_HOME: join(HOME, 'state') };
}
