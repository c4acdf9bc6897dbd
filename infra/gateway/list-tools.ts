import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Token } from 'aws-cdk-lib';
import type { ToolWithSchemas } from '../../wire/tool-schema/gateway-refusals.ts';
import type { GatewayTool } from '../../wire/tool-schema/gateway-tool.ts';

/** A server, as an app has it before it is deployed. */
export interface ServerFile {
  readonly entry: string;
  readonly exportName: string | undefined;
  /** The function's; what only the deployment knows is left out. */
  readonly environment: Readonly<Record<string, string>>;
  /** Packages that are left out of the bundle. */
  readonly nodeModules: readonly string[];
}

/** What a server said, or why it did not. */
export interface ListedTools {
  /** As `tools/list` has them. */
  readonly tools?: readonly ToolWithSchemas[];
  /** As a Lambda target declares them, of a handler that is one. */
  readonly targetTools?: readonly GatewayTool[];
  readonly problem?: string;
}

/** Longest that a server may take; milliseconds. */
const TIME_LIMIT = 60_000;

// Run from source there is no .js, and built there is no .ts.
const CHILD = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './list-tools-child.ts' : './list-tools-child.js', import.meta.url),
);

/** Asks a server for its tools. It runs in a process of its own, which has the function's variables and no credentials. */
export function listTools({ entry, environment, exportName, ...file }: ServerFile): ListedTools {
  const folder = mkdtempSync(join(tmpdir(), 'lambda-mcp-tools-'));
  try {
    const known = Object.entries(environment).filter(([, value]) => !Token.isUnresolved(value));
    const task = { ...file, entry: resolve(entry), exportName, environment: Object.fromEntries(known), folder };
    writeFileSync(join(folder, 'task.json'), JSON.stringify(task));
    const { PATH, SystemRoot, TMPDIR, TEMP } = process.env;
    const ended = spawnSync(process.execPath, [CHILD, join(folder, 'task.json')], {
      env: { ...clean({ PATH, SystemRoot, TMPDIR, TEMP }), ...(task.environment as Record<string, string>) },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: TIME_LIMIT,
      killSignal: 'SIGKILL',
      encoding: 'utf8',
    });
    if (ended.status === 0) return JSON.parse(readFileSync(join(folder, 'tools.json'), 'utf8'));
    const said = ended.stderr?.trim().split('\n').slice(-5).join('\n');
    return { problem: ended.signal ? `it took longer than ${TIME_LIMIT / 1000} s` : said || 'its process failed' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function clean(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
