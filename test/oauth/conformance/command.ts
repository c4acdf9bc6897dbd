/**
 * The command as the client under test: the suite runs it once a scenario, as `node command.ts URL`. A stock client
 * speaks to `lambda-mcp proxy`, which signs in, with a browser that asks nobody.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { freePort } from '../../../cli/dev/pool-variables.ts';
import { CLIENT_INFO } from '../../conformance/client/suite-client.ts';
import { CLI } from '../../support/cli.ts';

const [url = ''] = process.argv.slice(2);
const { MCP_CONFORMANCE_SCENARIO: scenario = '', MCP_CONFORMANCE_CONTEXT: context = '{}' } = process.env;
const { client_id, client_secret } = JSON.parse(context) as { client_id?: string; client_secret?: string };
const isMachine = scenario.startsWith('auth/client-credentials');
const state = mkdtempSync(join(tmpdir(), 'oauth-conformance-'));
process.on('exit', () => rmSync(state, { recursive: true, force: true }));

const env = {
  PATH: process.env.PATH ?? '',
  HOME: state,
  XDG_STATE_HOME: state,
  BROWSER: `"${process.execPath}" -e "fetch(process.argv[1])" %s`,
  // With a secret alone it would sign in as a machine.
  ...(!isMachine && { OAUTH_REDIRECT_URI: `http://localhost:${await freePort()}/callback` }),
  ...(client_id !== undefined && { OAUTH_CLIENT_ID: client_id }),
  ...(client_secret !== undefined && { OAUTH_CLIENT_SECRET: client_secret }),
};
const client = new Client(CLIENT_INFO, { versionNegotiation: { mode: 'auto' } });
const args = [CLI, 'proxy', url, '--auth', 'oauth', '--log-level', 'info'];
await client.connect(new StdioClientTransport({ command: process.execPath, args, env, stderr: 'inherit' }));
const { tools } = await client.listTools();
for (const { name } of tools) await client.callTool({ name, arguments: {} });
await client.close();
