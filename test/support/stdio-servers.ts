import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StdioServer } from 'lambda-mcp/server/stdio';
import { works } from './programs.ts';

/** A stdio server that other people made, and a call that it answers. */
export interface ForeignServer {
  readonly name: string;
  readonly server: StdioServer;
  readonly tool: string;
  readonly args: Record<string, unknown>;
  readonly answer: string;
  readonly isMissing?: boolean;
}

const folder = mkdtempSync(join(tmpdir(), 'lambda-mcp-stdio-'));
writeFileSync(join(folder, 'note.txt'), 'written down');
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/stdio/${name}`, import.meta.url));
const program = (name: string) =>
  fileURLToPath(new URL(`../../node_modules/@modelcontextprotocol/${name}/dist/index.js`, import.meta.url));

/** `pip install mcp` brings the last one. */
export const FOREIGN_SERVERS: readonly ForeignServer[] = [
  {
    name: 'server-everything',
    server: { command: 'node', args: [program('server-everything')] },
    tool: 'echo',
    args: { message: 'hello' },
    answer: 'Echo: hello',
  },
  {
    name: 'server-filesystem',
    server: { command: 'node', args: [program('server-filesystem'), folder] },
    tool: 'read_text_file',
    args: { path: join(folder, 'note.txt') },
    answer: 'written down',
  },
  {
    name: 'server-memory',
    server: {
      command: 'node',
      args: [program('server-memory')],
      env: { MEMORY_FILE_PATH: join(folder, 'memory.jsonl') },
    },
    tool: 'read_graph',
    args: {},
    answer: '"entities": []',
  },
  {
    name: 'fastmcp',
    server: { command: 'node', args: [fixture('fastmcp-server.ts')] },
    tool: 'add',
    args: { a: 1, b: 2 },
    answer: '3',
  },
  {
    name: "Python's SDK",
    server: { command: 'python3', args: [fixture('python-server.py')], env: { PYTHONPATH: process.env.PYTHONPATH } },
    tool: 'add',
    args: { a: 1, b: 2 },
    answer: '3',
    isMissing: !(await works('python3', ['-c', 'from mcp.server.mcpserver import MCPServer'])),
  },
];
