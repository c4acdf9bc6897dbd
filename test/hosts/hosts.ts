import { fileURLToPath } from 'node:url';
import { serveAsAgentRuntime, serveAsWebFunction } from './serve-bundle.ts';
import { type ServedFile, serveNode } from './serve-node.ts';

/** Where a server file runs. */
export interface Host {
  readonly name: string;
  /** Whether a server of the 2025 revisions can ask its client. */
  readonly sessions: boolean;
  /** @param line of the SDK that the server file uses */
  start(line: 'v1' | 'v2'): Promise<ServedFile>;
}

/** A host is an entry here: the table asks each the same. */
export const HOSTS: readonly Host[] = [
  { name: 'Node', sessions: false, start: (line) => serveNode(serverFile(line)) },
  { name: 'Node, sessions', sessions: true, start: (line) => serveNode(serverFile(line), '--sessions') },
  { name: 'AgentCore Runtime', sessions: false, start: (line) => serveAsAgentRuntime(serverFile(line)) },
  { name: 'Web Function', sessions: false, start: (line) => serveAsWebFunction(serverFile(line)) },
];

/** The everything-server of the conformance suite. */
export function serverFile(line: 'v1' | 'v2'): string {
  return fileURLToPath(new URL(`../conformance/servers/${line}.ts`, import.meta.url));
}
