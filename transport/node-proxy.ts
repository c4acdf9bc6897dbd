/**
 * Where Node's own agents find a proxy: the environment, when `NODE_USE_ENV_PROXY=1` or `--use-env-proxy` says so; else
 * undefined.
 *
 * Source: Node.js, "HTTP", "Built-in Proxy Support".
 */
export function proxyEnvironment(): NodeJS.ProcessEnv | undefined {
  const { options } = process.getBuiltinModule('node:https').globalAgent as { options?: AgentOptions };
  return options?.proxyEnv;
}

/** The same for the agents that the AWS SDK makes; for its `requestHandler`. */
export function proxyAgents(): { readonly httpAgent?: AgentOptions; readonly httpsAgent?: AgentOptions } {
  const proxyEnv = proxyEnvironment();
  return proxyEnv ? { httpAgent: { proxyEnv }, httpsAgent: { proxyEnv } } : {};
}

interface AgentOptions {
  readonly proxyEnv?: NodeJS.ProcessEnv;
}
