import { statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { machineToken } from '../../local/authorization-server/machine-token.ts';
import type { AuthorizationServer } from '../../local/authorization-server/start.ts';
import { BundleError } from '../../local/bundle/bundle-error.ts';
import { bundleServer } from '../../local/bundle/bundle-server.ts';
import { BUNDLE_FILE } from '../../local/bundle/bundle-settings.ts';
import { checkServer, type ServerCheck } from '../../local/check-server.ts';
import { withSourceMaps } from '../../local/start.ts';
import { temporaryFolder } from '../../local/temporary-folder.ts';
import type { CallRecord } from '../../wire/call-record.ts';
import { createCallLines } from './call-lines.ts';
import { configFiles } from './config-files.ts';
import { portFor, startOnKnownPorts } from './known-ports.ts';
import { poolVariables } from './pool-variables.ts';
import type { DevPrincipals } from './principals-file.ts';
import { type DevDescription, type DevSelf, keyOf, readSelf, writeSelf } from './self.ts';
import { watchFiles } from './watch-files.ts';

/** What happens to a server while `dev` runs it. */
export interface DevEvents {
  onChange(files: readonly string[]): void;
  /** It was bundled, loaded and asked for its tools. */
  onCheck(check: ServerCheck): void;
  /** It could not be bundled. */
  onBuildError(message: string): void;
  /** What whoever wrote the server should know. */
  onNote(note: string): void;
  onCall(record: CallRecord): void;
  onOutput(line: string): void;
  /** What AWS would keep to itself. */
  onReport(line: string): void;
}

export interface DevServerOptions {
  readonly entry: string;
  readonly name: string;
  /** Where its self is kept. */
  readonly folder: string;
  readonly port: number | undefined;
  readonly lambdaPort: number | undefined;
  readonly timeout: number;
  readonly concurrency: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly nodeModules: readonly string[];
  readonly restApi: boolean;
  readonly principals: DevPrincipals;
  /** Argument of Node's, `--inspect=…`. */
  readonly inspect: string | undefined;
  /** Whether environments stand still between invocations. */
  readonly freeze: boolean;
  /** Where people sign in, in place of IAM. */
  readonly pool?: AuthorizationServer | undefined;
}

export interface DevServer {
  readonly description: DevSelf;
  close(): Promise<void>;
}

/** As long as a timer can wait: 24 days. Whoever debugs takes their time. */
const NO_TIMEOUT = 2 ** 31 - 1;

/**
 * Runs one server: bundles it, and again whenever a file changes that it is made of.
 *
 * @throws Error when the file or esbuild is not there, or a port is taken that was asked for
 */
export async function startDevServer(options: DevServerOptions, events: DevEvents): Promise<DevServer> {
  const { name, folder, inspect, pool } = options;
  const entry = resolve(options.entry);
  if (!statSync(entry, { throwIfNoEntry: false })?.isFile()) throw new Error(`There is no file ${entry}.`);
  const before = readSelf(folder, name);
  const port = options.port ?? (pool && (await portFor(before)));
  const code = temporaryFolder();
  const environment = withSourceMaps({
    ...(pool && poolVariables(pool, `http://127.0.0.1:${port}/`)),
    ...options.environment,
  });
  const watcher = watchFiles((files) => {
    events.onChange(files);
    void rebuild();
  });
  let closed = false;
  let building: Promise<void> | undefined;
  let again = false;
  let known: readonly string[] = [entry];
  let recycle = () => {};

  async function build(): Promise<boolean> {
    const { sources, notes } = await bundleServer(entry, code.path, {
      exportName: 'handler',
      nodeModules: options.nodeModules,
      // A debugger is of use where variables have their names.
      ...(inspect !== undefined && { minify: false }),
    }).catch((error: unknown) => {
      if (!(error instanceof BundleError)) throw error;
      writeFileSync(join(code.path, BUNDLE_FILE), failing(error.message));
      known = [...new Set([...known, ...error.files])];
      events.onBuildError(error.message);
      return { sources: undefined, notes: [] };
    });
    known = sources ?? known;
    watcher.watch([...known, ...configFiles(known)], sources === undefined);
    for (const note of notes) events.onNote(note);
    return sources !== undefined;
  }

  async function check(): Promise<void> {
    const { region } = self;
    const found = await checkServer({
      entry: join(code.path, BUNDLE_FILE),
      environment,
      functionName: name,
      region,
      timeout: options.timeout,
      ...(pool && { authorization: async () => `Bearer ${await machineToken(pool)}` }),
    });
    if (!closed && !again) events.onCheck(found);
  }

  async function rebuild(): Promise<void> {
    again = true;
    if (building) return building;
    building = (async () => {
      while (again && !closed) {
        again = false;
        const built = await build();
        recycle();
        if (built && !again) await check();
      }
    })().finally(() => {
      building = undefined;
    });
    return building;
  }

  const built = await build().catch((error) => {
    code.remove();
    throw error;
  });
  const lines = createCallLines(events);
  const { principals, permissions } = options.principals;
  const lambda = await startOnKnownPorts(
    {
      entry: join(code.path, BUNDLE_FILE),
      functionName: name,
      // The function reads its time-out too.
      timeout: inspect === undefined ? options.timeout : NO_TIMEOUT,
      // Two environments cannot listen at one port for a debugger.
      concurrency: inspect === undefined ? options.concurrency : 1,
      environment,
      ...(pool && { authType: 'NONE' as const }),
      freeze: options.freeze,
      ...(options.restApi && { restApi: {} }),
      ...(inspect !== undefined && { execArgv: [inspect] }),
      principals: principals.map((each) => {
        const credentials = each.credentials ?? keyOf(before, each);
        return { ...each, ...(credentials && { credentials }) };
      }),
      permissions,
      report: events.onReport,
      log: lines.take,
    },
    { ...options, port },
    before,
    events.onReport,
  ).catch((error) => {
    watcher.close();
    code.remove();
    throw error;
  });
  recycle = () => void lambda.reload();
  const signInClient = pool?.clients.people.clientId;
  const self: DevSelf = { ...describe(lambda), entry, pid: process.pid, ...(signInClient && { signInClient }) };
  writeSelf(folder, self);
  if (built) void check();
  return {
    description: self,
    async close() {
      closed = true;
      watcher.close();
      await lambda.close();
      lines.flush();
      code.remove();
      // Another may have taken the place since.
      if (readSelf(folder, name)?.pid === process.pid) writeSelf(folder, { ...self, pid: 0 });
    },
  };
}

function describe(lambda: DevDescription): DevDescription {
  const { functionUrl, restApiUrl, lambdaEndpoint, functionName, functionArn, region, principals } = lambda;
  const { trailFile, logFile, accessLogFile } = lambda;
  const front = { restApiUrl, accessLogFile };
  return { functionUrl, ...front, lambdaEndpoint, functionName, functionArn, region, principals, trailFile, logFile };
}

/** A module that says, to whoever loads it, why there is no other. */
function failing(message: string): string {
  return `throw Object.assign(new SyntaxError(${JSON.stringify(message)}),{stack:${JSON.stringify(`SyntaxError: ${message}`)}});`;
}
