import { fileURLToPath } from 'node:url';
import { serve } from '../conformance/serve.ts';
import { serveAsAgentRuntime, serveAsWebFunction } from './serve-bundle.ts';
import { serveContainer } from './serve-container.ts';
import { GATEWAY_PREFIX, serveThroughGateway } from './serve-gateway.ts';
import { type ServedFile, serveNode } from './serve-node.ts';

/** Where a server file runs. */
export interface Host {
  readonly name: string;
  /** Whether a server of the 2025 revisions can ask its client. */
  readonly sessions: boolean;
  /** What the names of tools begin with there. */
  readonly prefix?: string;
  /** @param line of the SDK that the server file uses */
  start(line: 'v1' | 'v2'): Promise<ServedFile>;
}

/** The key is the same for all tasks, as a secret is. */
const CONTAINER = { environment: { REQUEST_STATE_KEY: crypto.randomUUID() } };

/** A host is an entry here: the table asks each the same. */
export const HOSTS: readonly Host[] = [
  { name: 'Node', sessions: false, start: (line) => serveNode(serverFile(line)) },
  { name: 'Node, sessions', sessions: true, start: (line) => serveNode(serverFile(line), '--sessions') },
  // Stock clients do not sign: `lambda-mcp proxy` does it for them.
  { name: 'REST API', sessions: false, start: (line) => serve(line, 'REST') },
  { name: 'ECS', sessions: false, start: (line) => serveContainer({ entry: serverFile(line) }, CONTAINER) },
  {
    name: 'ECS, sessions, two tasks',
    sessions: true,
    start: (line) => serveContainer({ entry: serverFile(line), sessions: true }, { ...CONTAINER, tasks: 2 }),
  },
  { name: "AgentCore Gateway's double", sessions: false, prefix: GATEWAY_PREFIX, start: serveThroughGateway },
  { name: 'AgentCore Runtime', sessions: false, start: (line) => serveAsAgentRuntime(serverFile(line)) },
  { name: 'Web Function', sessions: false, start: (line) => serveAsWebFunction(serverFile(line)) },
];

/** The everything-server of the conformance suite. */
export function serverFile(line: 'v1' | 'v2'): string {
  return fileURLToPath(new URL(`../conformance/servers/${line}.ts`, import.meta.url));
}
