import { createEnvironments } from '../../local/execution/environments.ts';
import type { LocalLambdaOptions } from '../../local/local-lambda.ts';
import type { LocalRestApiOptions } from '../../local/rest-api/rest-api-options.ts';
import { startLambda } from '../../local/start.ts';
import { freePort } from './pool-variables.ts';
import { type DevSelf, freshFiles, isRunning } from './self.ts';

interface Asked {
  readonly folder: string;
  readonly name: string;
  readonly port: number | undefined;
  readonly lambdaPort: number | undefined;
}

/** Starts it on the ports that it had, or else on free ones. */
export async function startOnKnownPorts(
  lambdaOptions: LocalLambdaOptions,
  { folder, name, port, lambdaPort }: Asked,
  before: DevSelf | undefined,
  onReport: (line: string) => void,
) {
  const restPort = before?.restApiUrl ? { port: portOf(before.restApiUrl) } : {};
  const start = (
    ports: { port?: number; lambdaPort?: number; restApi?: LocalRestApiOptions },
    files: { trailFile?: string; logFile?: string; accessLogFile?: string },
  ) => startLambda({ ...lambdaOptions, ...ports, ...files }, createEnvironments);
  const asked = { ...(port !== undefined && { port }), ...(lambdaPort !== undefined && { lambdaPort }) };
  if (!before) return start(asked, freshFiles(folder, name));
  if (isRunning(before)) {
    onReport(
      `another dev runs ${name} in this folder, process ${before.pid}: this one gets ports and files of its own.`,
    );
    return start(asked, {});
  }
  const had = {
    port: portOf(before.functionUrl),
    lambdaPort: portOf(before.lambdaEndpoint),
    ...(lambdaOptions.restApi && { restApi: restPort }),
  };
  try {
    return await start({ ...had, ...asked }, freshFiles(folder, name));
  } catch (error) {
    if (!/is taken/.test((error as Error).message)) throw error;
    const lambda = await start(asked, freshFiles(folder, name));
    onReport(`${(error as Error).message} It was this server's before: it has other ports now.`);
    return lambda;
  }
}

/** The port that a server had before, if it is free to take, else a free one. */
export async function portFor(before: DevSelf | undefined): Promise<number> {
  return before && !isRunning(before) ? portOf(before.functionUrl) : freePort();
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
