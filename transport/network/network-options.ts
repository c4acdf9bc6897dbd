import type { LambdaClientConfig } from '@aws-sdk/client-lambda';

/** How requests leave this machine. It holds for `fetch`, the Lambda client, and the credential providers that call AWS. */
export interface NetworkOptions {
  /**
   * The proxy, which is asked for a tunnel (CONNECT). `true` takes it from the environment as the AWS CLI does:
   * `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, each in lower case first. A URL is that proxy, with its user and password
   * if it has them. Either trusts the certificates of `AWS_CA_BUNDLE` too. Loopback and link-local hosts never go through one.
   * Node.js only: Bun and Deno read the environment by themselves. Where `setGlobalDispatcher` was called, `fetch` stays with that dispatcher.
   * @default as Node does with `NODE_USE_ENV_PROXY=1` or `--use-env-proxy`; else none
   */
  readonly proxy?: boolean | string | URL | undefined;
  /**
   * Longest wait for a connection, TLS and the proxy included; milliseconds.
   * @default 10 s by URL, as undici has it; no limit by the Lambda API
   */
  readonly connectTimeout?: number | undefined;
  /**
   * Most connections to one host at a time. A call has one of its own; those beyond wait.
   * @default no limit
   */
  readonly maxSockets?: number | undefined;
  /** A dispatcher of undici, for `fetch`, in place of all the above. A `dispatcher` in the arguments of the call goes first. */
  readonly dispatcher?: FetchDispatcher | undefined;
  /** A request handler of the AWS SDK: for the Lambda client, and for the clients of the credential providers, in place of all the above. */
  readonly requestHandler?: NonNullable<LambdaClientConfig['requestHandler']> | undefined;
}

/** As undici's `Dispatcher` is shaped. */
export interface FetchDispatcher {
  dispatch(options: never, handler: never): boolean;
}

/** The way of requests, as {@link NetworkOptions} ask for it. */
export interface Network {
  /** Undefined leaves it to `fetch`. */
  dispatcher(url: URL): Promise<FetchDispatcher | undefined>;
  /** Undefined leaves it to the AWS SDK. */
  requestHandler(): Promise<NonNullable<LambdaClientConfig['requestHandler']> | undefined>;
  /** To be called before each request: connections that died in a pause are not used again. */
  wake(): Promise<void>;
  /** To be called when an answer has begun: only from then on is its connection idle. */
  used(): void;
}
