import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import { createPerson, type Person } from './person.ts';

/** As `dev --json` tells it. */
interface Signed {
  readonly functionUrl: string;
  readonly pool: {
    readonly users: readonly { readonly username: string; readonly password: string }[];
    readonly clients: { readonly people: { readonly clientId: string; readonly callbackUrls: readonly string[] } };
  };
}

export interface SignedIn {
  /** The answer to a stranger. */
  readonly strangersStatus: number;
  readonly user: string;
  /** What the tool `whoami` told them. */
  readonly whoami: string;
}

/**
 * Runs the server that people sign in to, by `lambda-mcp dev --auth oauth`, and signs its one user in by the MCP SDK's own
 * client, without anything of this package.
 */
export async function signInTo(entry: string): Promise<SignedIn> {
  const folder = mkdtempSync(join(tmpdir(), 'tour-'));
  const cli = fileURLToPath(new URL('dist/cli/main.js', import.meta.resolve('lambda-mcp/package.json')));
  const args = [cli, 'dev', entry, '--auth', 'oauth', '--scope', 'tools/call', '--json'];
  const dev = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const gone = once(dev, 'close');
  let told = '';
  dev.stderr.setEncoding('utf8').on('data', (text) => {
    told += text;
  });
  try {
    const line = await Promise.race([once(createInterface(dev.stdout), 'line'), gone.then(() => undefined)]);
    if (!line) throw new Error(`lambda-mcp dev ended: ${told}`);
    const { functionUrl, pool } = JSON.parse(line[0]) as Signed;
    const [user] = pool.users;
    const { clientId, callbackUrls } = pool.clients.people;
    if (!user) throw new Error('The pool has no user.');
    const stranger = await fetch(functionUrl, { method: 'POST', body: '{}' });
    const person = createPerson({ ...user, clientId, callbackUrl: callbackUrls[0] ?? '' });
    const whoami = await askWhoami(new URL(functionUrl), person);
    return { strangersStatus: stranger.status, user: user.username, whoami };
  } finally {
    dev.kill();
    await gone;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function askWhoami(url: URL, authProvider: Person): Promise<string> {
  const transport = new StreamableHTTPClientTransport(url, { authProvider });
  const refusal = await new Client({ name: 'tour', version: '1.0.0' }).connect(transport).catch((error) => error);
  // The client has sent the person to the authorization server, and waits for what they come back with.
  if (!(refusal instanceof UnauthorizedError) || !authProvider.back) throw refusal;
  await transport.finishAuth(authProvider.back.searchParams);
  const client = new Client({ name: 'tour', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(url, { authProvider }));
  try {
    const { content } = await client.callTool({ name: 'whoami' });
    return content.map((block) => (block.type === 'text' ? block.text : '')).join(' ');
  } finally {
    await client.close();
  }
}
