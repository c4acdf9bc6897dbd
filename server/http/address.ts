import type { ServeOptions } from './serve-options.ts';

/** Where a server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;
const DEFAULT_PORT = 8000;

/**
 * Where to listen: as the options say, else as the environment does, and on loopback only unless a host is given.
 * `PORT` gives the port alone; `AWS_LAMBDA_HTTP_ENDPOINT`, as AWS Lambda Web Functions set it, both.
 *
 * @param checksCallers whether the handler does, by its option `auth`
 * @throws {TypeError} for what is no address, and for one that others reach while nothing checks who calls
 */
export function readAddress(
  { host, port, allowUnauthenticated = false }: ServeOptions,
  checksCallers = false,
): Address {
  const { PORT, AWS_LAMBDA_HTTP_ENDPOINT: endpoint } = process.env;
  const named = endpoint ? URL.parse(endpoint.includes('://') ? endpoint : `http://${endpoint}`) : undefined;
  if (endpoint && !named) throw new TypeError(`AWS_LAMBDA_HTTP_ENDPOINT is no address: ${JSON.stringify(endpoint)}.`);
  const address = {
    host: (host ?? named?.hostname ?? '127.0.0.1').replace(/^\[(.*)\]$/, '$1'),
    port: port ?? readPort(PORT) ?? (named && Number(named.port || 80)) ?? DEFAULT_PORT,
  };
  if (!isLoopback(address.host) && !allowUnauthenticated && !checksCallers) {
    throw new TypeError(
      `serve() would listen on ${address.host}, where others reach it, and checks nobody's identity. Set ` +
        'allowUnauthenticated: true where what stands in front of it checks who calls, such as IAM; give ' +
        'createLambdaHandler the option auth, and people sign in; else leave out host, and it listens on 127.0.0.1.',
    );
  }
  return address;
}

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

function readPort(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new TypeError(`PORT is no port: ${JSON.stringify(text)}. Set it to a number from 0 to 65535.`);
}
