import { type LocalLambda, type LocalLambdaOptions, type LocalPrincipal, startLocalLambda } from 'lambda-mcp/local';
import { createEnvironments } from '../../local/execution/environments.ts';
import { startLambda } from '../../local/start.ts';
import { allOfLambda } from '../support/lambda.ts';
import { newPath } from '../support/scratch.ts';
import { RUNTIME } from './install.ts';

/** What the function is; `timeout` in milliseconds. */
export type FunctionOptions = Required<Pick<LocalLambdaOptions, 'entry' | 'timeout' | 'environment'>>;

/** The local Lambda, with the file that AWS's runtime gets. */
export function startLocal(options: FunctionOptions): Promise<LocalLambda> {
  return startLocalLambda({ ...withCaller(options), bundle: false });
}

/** The local Lambda, with AWS's own runtime in its environments. */
export function startReal(options: FunctionOptions): Promise<LocalLambda> {
  return startLambda(withCaller(options), (each) => createEnvironments({ ...each, runtime: RUNTIME }));
}

function withCaller(options: FunctionOptions): LocalLambdaOptions {
  const files = { logFile: newPath(), trailFile: newPath() };
  return { ...options, ...files, functionName: 'function', principals: [{ name: 'caller', policies: [allOfLambda] }] };
}

/** The principal that calls. */
export function caller({ principals: [principal] }: LocalLambda): LocalPrincipal {
  if (!principal) throw new Error('The Lambda has no principal.');
  return principal;
}
