import { fileURLToPath } from 'node:url';
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

/** A host is an entry here: the table asks each the same. */
export const HOSTS: readonly Host[] = [
  { name: 'Node', sessions: false, start: (line) => serveNode(serverFile(line)) },
  { name: 'Node, sessions', sessions: true, start: (line) => serveNode(serverFile(line), '--sessions') },
  { name: "AgentCore Gateway's double", sessions: false, prefix: GATEWAY_PREFIX, start: serveThroughGateway },
];

/** The everything-server of the conformance suite. */
export function serverFile(line: 'v1' | 'v2'): string {
  return fileURLToPath(new URL(`../conformance/servers/${line}.ts`, import.meta.url));
}
