import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where an MCP host keeps its servers. */
export interface HostFile {
  readonly host: HostName;
  readonly path: string;
  /** The member that holds them, by name. */
  readonly key: 'mcpServers' | 'servers';
}

interface Host {
  readonly title: string;
  readonly key: HostFile['key'];
  /** Whether an entry says that it is a program's. */
  readonly typed: boolean;
  /** What its user has to do before it reads the file anew. */
  readonly after: string;
  user(folders: Folders): string;
  /** Beneath a project's folder; undefined where the host knows no projects. */
  readonly project?: string;
}

interface Folders {
  readonly home: string;
  /** Where programs of this platform keep what they were told. */
  readonly config: string;
}

/**
 * Source: the hosts' own pages. Claude Desktop: modelcontextprotocol.io, "Connect to local MCP servers"; Claude Code:
 * code.claude.com, "MCP"; Cursor: cursor.com/docs, "Model Context Protocol"; VS Code: code.visualstudio.com, "Use MCP servers";
 * Kiro: kiro.dev/docs, "MCP configuration".
 */
const HOSTS = {
  'claude-desktop': {
    title: 'Claude Desktop',
    key: 'mcpServers',
    typed: false,
    after: 'Quit it and start it again.',
    user: ({ config }) => join(config, 'Claude', 'claude_desktop_config.json'),
  },
  'claude-code': {
    title: 'Claude Code',
    key: 'mcpServers',
    typed: true,
    after: 'Its next session has it.',
    user: ({ home }) => join(home, '.claude.json'),
    project: '.mcp.json',
  },
  cursor: {
    title: 'Cursor',
    key: 'mcpServers',
    typed: false,
    after: 'It reads the file by itself.',
    user: ({ home }) => join(home, '.cursor', 'mcp.json'),
    project: join('.cursor', 'mcp.json'),
  },
  vscode: {
    title: 'VS Code',
    key: 'servers',
    typed: true,
    after: 'Start it there: MCP: List Servers.',
    user: ({ config }) => join(config, 'Code', 'User', 'mcp.json'),
    project: join('.vscode', 'mcp.json'),
  },
  kiro: {
    title: 'Kiro',
    key: 'mcpServers',
    typed: false,
    after: 'It reads the file by itself.',
    user: ({ home }) => join(home, '.kiro', 'settings', 'mcp.json'),
    project: join('.kiro', 'settings', 'mcp.json'),
  },
} as const satisfies Readonly<Record<string, Host>>;

export type HostName = keyof typeof HOSTS;
export const HOST_NAMES = Object.keys(HOSTS) as readonly HostName[];

export function hostNamed(name: HostName): Host {
  return HOSTS[name];
}

/** A host's file: its user's, or that of the project in a folder. @returns undefined where the host knows no projects */
export function hostFile(host: HostName, project?: string): HostFile | undefined {
  const { key, user, project: beneath } = hostNamed(host);
  if (project === undefined) return { host, key, path: user(folders()) };
  return beneath === undefined ? undefined : { host, key, path: join(project, beneath) };
}

function folders(): Folders {
  const home = homedir();
  if (process.platform === 'darwin') return { home, config: join(home, 'Library', 'Application Support') };
  if (process.platform === 'win32') {
    return { home, config: process.env.APPDATA || join(home, 'AppData', 'Roaming') };
  }
  return { home, config: process.env.XDG_CONFIG_HOME || join(home, '.config') };
}
