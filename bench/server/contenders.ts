import { fileURLToPath } from 'node:url';
import type { Row } from '../section.ts';
import { defineAwslambda, type Handler } from './function-url.ts';
import type { ToolSource } from './mcp-servers.ts';

export const OURS = '`lambda-mcp/server`';
export const FLOOR = "the SDK's bare handler";

export interface Contender {
  readonly name: string;
  readonly role: Row['role'];
  readonly protocols: readonly string[];
  /** Whether it starts a process for each request: then it gets few samples. */
  readonly slow?: boolean;
  /** Loads what it consists of, and nothing of the others. */
  readonly load: () => Promise<(tools: ToolSource) => Handler>;
}

const BOTH = ['2025-11-25', '2026-07-28'];
const ONLY_2025 = ['2025-11-25'];

export const CONTENDERS: readonly Contender[] = [
  {
    name: OURS,
    role: 'ours',
    protocols: BOTH,
    load: async () => (await import('./handlers/ours.ts')).oursHandler,
  },
  {
    name: FLOOR,
    role: 'floor',
    protocols: BOTH,
    load: async () => (await import('./handlers/bare-sdk.ts')).bareSdkHandler,
  },
  {
    name: "srvx over the SDK's handler",
    role: 'peer',
    protocols: BOTH,
    load: async () => (await import('./handlers/srvx.ts')).srvxHandler,
  },
  {
    name: '`lambda-mcp/server/v1`',
    role: 'ours',
    protocols: ONLY_2025,
    load: async () => (await import('./handlers/ours-v1.ts')).oursV1Handler,
  },
  {
    name: 'Hono `streamHandle` with `@hono/mcp` (v1)',
    role: 'peer',
    protocols: ONLY_2025,
    load: async () => (await import('./handlers/hono.ts')).honoHandler,
  },
  {
    name: 'awslabs, stdio (v1)',
    role: 'peer',
    protocols: ONLY_2025,
    slow: true,
    load: async () => {
      const { awslabsHandler } = await import('./handlers/awslabs.ts');
      return () => awslabsHandler(fileURLToPath(new URL('handlers/stdio-server.ts', import.meta.url)));
    },
  },
];

/** Adapters look for Lambda's global when they are loaded, so it is there first. */
export async function loadHandler({ load }: Contender, tools: ToolSource): Promise<Handler> {
  defineAwslambda();
  return (await load())(tools);
}
