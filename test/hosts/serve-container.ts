import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { App, Stack } from 'aws-cdk-lib';
import { McpService, type McpServiceProps } from 'lambda-mcp/infra';
import { bareEnvironment } from '../support/cli.ts';
import { startRoundRobin } from '../support/round-robin.ts';
import type { Template } from '../support/synthesized.ts';
import type { ServedFile } from './serve-node.ts';

/** A task of the service: its container's process. */
export interface Task {
  readonly child: ChildProcess;
  readonly port: number;
  /** What it has written to its log so far. */
  log(): string;
}

export interface ServedContainer extends ServedFile {
  readonly tasks: readonly Task[];
}

interface ContainerDefinition {
  readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Secrets?: readonly { readonly Name: string }[];
}

/** What `McpService` deploys: the image's folder, how it is started, and the variables that a task gets. */
export function containerOf(props: McpServiceProps) {
  const app = new App();
  new McpService(new Stack(app, 'Stack'), 'Tools', props);
  const { directory, stacks } = app.synth();
  const [{ Resources }] = stacks.map(({ template }) => template) as [Template];
  const tasks = Object.values(Resources).filter(({ Type }) => Type === 'AWS::ECS::TaskDefinition');
  const [definition] = tasks[0]?.Properties.ContainerDefinitions ?? [];
  const manifest = JSON.parse(readFileSync(join(directory, 'Stack.assets.json'), 'utf8'));
  const [image] = Object.values<{ source: { directory: string } }>(manifest.dockerImages);
  const folder = join(directory, image?.source.directory ?? '');
  const dockerfile = readFileSync(join(folder, 'Dockerfile'), 'utf8');
  const [, command = '[]'] = /^CMD (.+)$/m.exec(dockerfile) ?? [];
  return { folder, command: JSON.parse(command) as string[], definition: definition as ContainerDefinition };
}

/** Starts an image as Amazon ECS does on Fargate, in one task or in several behind a load balancer that knows no cookies. */
export async function serveContainer(
  props: McpServiceProps,
  { tasks: count = 1, environment = {} }: { tasks?: number; environment?: Record<string, string> } = {},
): Promise<ServedContainer> {
  const { folder, command, definition } = containerOf(props);
  const given = definition.Environment.flatMap(({ Name, Value }) => (typeof Value === 'string' ? [[Name, Value]] : []));
  const secrets = (definition.Secrets ?? []).map(({ Name }) => [Name, crypto.randomUUID()]);
  const metadata = createServer((_request, response) => {
    response.end(JSON.stringify({ Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: ['127.0.0.1'] }] }));
  }).listen(0, '127.0.0.1');
  await once(metadata, 'listening');
  const env = {
    ...bareEnvironment,
    ...Object.fromEntries([...given, ...secrets]),
    ECS_CONTAINER_METADATA_URI_V4: `http://127.0.0.1:${(metadata.address() as AddressInfo).port}/v4/task`,
    ...environment,
  };
  const tasks = await Promise.all(Array.from({ length: count }, () => startTask(folder, command, env)));
  const balancer = count > 1 ? await startRoundRobin(tasks.map(({ port }) => port)) : undefined;
  return {
    url: balancer?.url.href ?? `http://127.0.0.1:${tasks[0]?.port}/mcp`,
    tasks,
    async [Symbol.asyncDispose]() {
      balancer?.close();
      for (const { child } of tasks) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }
      metadata.close();
    },
  };
}

async function startTask(
  folder: string,
  [program = '', ...args]: string[],
  env: Record<string, string>,
): Promise<Task> {
  const port = await freePort();
  // The image's `node` is that of the tests.
  const path = [dirname(process.execPath), env.PATH].join(':');
  const child = spawn(program, args, {
    cwd: folder,
    // Each task has an address of its own; here each has a port.
    env: { ...env, PATH: path, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += chunk));
  while (!(await isHealthy(port))) {
    if (child.exitCode !== null) throw new Error(`The container ended before it served:\n${log}`);
    await sleep(50);
  }
  return { child, port, log: () => log };
}

/** As the target group asks. */
export async function isHealthy(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/ping`).catch(() => undefined);
  return answer?.status === 200;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
