import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import type { Message } from '../messages.ts';
import type { Report } from './start.ts';

/** One start, in milliseconds since the process was spawned. */
export interface Start {
  readonly loaded: number;
  readonly answered?: number;
}

/** Starts a bundle in a process of its own, and asks it for one answer if there is a message. */
export function startBundle(
  starter: string,
  bundle: string,
  message: Message | undefined,
  variables: NodeJS.ProcessEnv,
): Start & Pick<Report, 'answer'> {
  const program = [starter, pathToFileURL(bundle).href, ...(message ? [JSON.stringify(message)] : [])];
  const { since, output } = spawnTimed(program, variables);
  const { loaded, answered, answer } = JSON.parse(output) as Report;
  return { loaded: since(loaded), ...(answered && { answered: since(answered) }), ...(answer && { answer }) };
}

/** Starts Node for a program of one line. */
export function startNode(): Start {
  const { since, output } = spawnTimed(['-e', 'fs.writeSync(3, String(process.hrtime.bigint()))']);
  return { loaded: since(output) };
}

function spawnTimed(args: readonly string[], variables: NodeJS.ProcessEnv = {}) {
  const spawned = process.hrtime.bigint();
  const { status, output } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    env: { ...process.env, ...variables },
  });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with exit code ${status}.`);
  return {
    output: output[3] as string,
    since: (time: string) => Number(BigInt(time) - spawned) / 1e6,
  };
}
