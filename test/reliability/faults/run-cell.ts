import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AwsFetchOptions } from 'lambda-mcp/fetch';
import { type ConnectedClient, connect, type Destination, type Line, type Way } from '../clients.ts';
import type { Fault } from './faults.ts';
import { startFaultProxy } from './proxy.ts';

type Credentials = Exclude<AwsFetchOptions['credentials'], undefined | ((...args: never) => unknown)>;
export type Method = 'tools/call' | 'tools/list';

/** A fault, met by one call of one client. */
export interface Cell {
  readonly id: number;
  readonly fault: Fault;
  readonly way: Way;
  readonly line: Line;
  readonly method: Method;
}

export interface CellResult {
  readonly got: 'result' | 'error' | 'hang';
  /** How often the counting tool ran; for `tools/list`, how many requests were made. */
  readonly times: number;
  /** Milliseconds. */
  readonly duration: number;
  /** Of the error. */
  readonly message: string;
}

/** The local Lambda that cells run against. */
export interface Surroundings extends Destination {
  readonly caller: Credentials;
  readonly expired: Credentials;
  /** For the files in which the tool counts. */
  readonly folder: string;
}

/** Well below the 60 seconds after which an SDK's client gives up by itself; milliseconds. */
const HANG = 20_000;
/** Where nothing ever comes; milliseconds. */
const IDLE_TIMEOUT = 1000;

export async function runCell(cell: Cell, surroundings: Surroundings): Promise<CellResult> {
  const { fault, way, line, method } = cell;
  const proxy = await startFaultProxy(way === 'SigV4' ? surroundings.functionUrl : surroundings.lambdaEndpoint);
  const destination = { ...surroundings, functionUrl: `${proxy.origin}/`, lambdaEndpoint: proxy.origin };
  const file = join(surroundings.folder, String(cell.id));
  const open = () => connect(line, way, destination, clientOptions(cell, surroundings, file));
  let client: ConnectedClient | undefined;
  // A client that signs wrongly meets with its fault on the first request already.
  const isLate = fault.credentials === undefined && fault.clock === undefined;
  if (isLate) client = await open();
  proxy.arm(fault.network, fault.times);
  const started = performance.now();
  const outcome = await settle(async () => {
    client ??= await open();
    return method === 'tools/call' ? client.callTool('count', { file }) : client.listTools();
  });
  const duration = performance.now() - started;
  const times = method === 'tools/call' ? countIn(file) : proxy.requests();
  proxy.arm(undefined, 'once');
  await client?.close().catch(() => {});
  await proxy.close();
  return { ...outcome, times, duration };
}

async function settle(work: () => Promise<unknown>): Promise<Pick<CellResult, 'got' | 'message'>> {
  const { promise, resolve } = Promise.withResolvers<Pick<CellResult, 'got' | 'message'>>();
  const timer = setTimeout(() => resolve({ got: 'hang', message: '' }), HANG);
  const done = work().then(
    () => ({ got: 'result' as const, message: '' }),
    (error: Error) => ({ got: 'error' as const, message: error.message }),
  );
  const outcome = await Promise.race([done, promise]);
  clearTimeout(timer);
  return outcome;
}

function clientOptions({ fault, method }: Cell, { caller, expired }: Surroundings, file: string) {
  const headers: Record<string, string> = fault.function
    ? {
        'x-fault': fault.function,
        'x-fault-in': method,
        ...(fault.times === 'once' && { 'x-fault-once': `${file}.happened` }),
      }
    : {};
  const stale = fault.credentials === 'expired session' ? expired : { ...caller, accessKeyId: 'ASIAROTATEDAWAY00000' };
  let asked = 0;
  const provider = async () => {
    asked += 1;
    return fault.credentials && (asked === 1 || fault.times === 'always') ? stale : caller;
  };
  return {
    credentials: provider,
    requestInit: { headers },
    ...(fault.network?.kind === 'silence' && { idleTimeout: IDLE_TIMEOUT }),
  };
}

function countIn(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').length : 0;
}
