import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { McpFunctionProps } from 'lambda-mcp/infra';
import type { StdioServer } from 'lambda-mcp/server/stdio';
import { works } from './programs.ts';

/** A stdio server that other people made, and a call that it answers. */
export interface ForeignServer {
  readonly name: string;
  readonly server: StdioServer;
  /** Ends its command line, wherever it lies. */
  readonly program: string;
  /** How `McpFunction` packs it. */
  readonly packed: McpFunctionProps;
  readonly tool: string;
  readonly args: Record<string, unknown>;
  readonly answer: string;
  readonly isMissing?: boolean;
}

const folder = mkdtempSync(join(tmpdir(), 'lambda-mcp-stdio-'));
writeFileSync(join(folder, 'note.txt'), 'written down');
/** Whoever makes this file has the servers flood their stdout in place of an answer. */
export const FLOOD = join(folder, 'flood');
const flooding = { FLOOD, NODE_OPTIONS: `--import ${new URL('../fixtures/stdio/flood.mjs', import.meta.url)}` };
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/stdio/${name}`, import.meta.url));
const program = (name: string) =>
  fileURLToPath(new URL(`../../node_modules/@modelcontextprotocol/${name}/dist/index.js`, import.meta.url));

const memory = { ...flooding, MEMORY_FILE_PATH: join(folder, 'memory.jsonl') };
const python = {
  PYTHONDONTWRITEBYTECODE: '1',
  PYTHONPATH: [fixture('python'), process.env.PYTHONPATH].filter(Boolean).join(':'),
};
const copyFastmcp = {
  beforeBundling: () => [],
  beforeInstall: () => [],
  afterBundling: (_: string, output: string) => [`cp '${fixture('fastmcp-server.ts')}' '${output}'`],
};

/** `pip install mcp` brings the last one. */
export const FOREIGN_SERVERS: readonly ForeignServer[] = [
  {
    name: 'server-everything',
    server: { command: 'node', args: [program('server-everything')], env: flooding },
    program: 'server-everything/dist/index.js',
    packed: { stdio: { package: '@modelcontextprotocol/server-everything', env: flooding } },
    tool: 'echo',
    args: { message: 'hello' },
    answer: 'Echo: hello',
  },
  {
    name: 'server-filesystem',
    server: { command: 'node', args: [program('server-filesystem'), folder], env: flooding },
    program: 'server-filesystem/dist/index.js',
    packed: { stdio: { package: '@modelcontextprotocol/server-filesystem', args: [folder], env: flooding } },
    tool: 'read_text_file',
    args: { path: join(folder, 'note.txt') },
    answer: 'written down',
  },
  {
    name: 'server-memory',
    server: {
      command: 'node',
      args: [program('server-memory')],
      env: memory,
    },
    program: 'server-memory/dist/index.js',
    packed: { stdio: { package: '@modelcontextprotocol/server-memory', env: memory } },
    tool: 'read_graph',
    args: {},
    answer: '"entities": []',
  },
  {
    name: 'fastmcp',
    server: { command: 'node', args: [fixture('fastmcp-server.ts')], env: flooding },
    program: 'fastmcp-server.ts',
    // A server of one's own, and the packages that it needs.
    packed: {
      stdio: { command: 'node', args: ['fastmcp-server.ts'], env: flooding },
      bundling: { nodeModules: ['fastmcp', 'zod'], commandHooks: copyFastmcp },
    },
    tool: 'add',
    args: { a: 1, b: 2 },
    answer: '3',
  },
  {
    name: "Python's SDK",
    server: { command: 'python3', args: [fixture('python-server.py')], env: python },
    program: 'python-server.py',
    // In the place of what a layer brings.
    packed: { stdio: { command: 'python3', args: [fixture('python-server.py')], env: python } },
    tool: 'add',
    args: { a: 1, b: 2 },
    answer: '3',
    isMissing: !(await works('python3', ['-c', 'from mcp.server.mcpserver import MCPServer'])),
  },
];
