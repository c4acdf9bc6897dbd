import { networkOptions } from './network.ts';
import { printJson } from './output/terminal.ts';
import { readArguments, SHARED_HELP, targetUrl } from './target-options.ts';
import { UsageError } from './usage-error.ts';

const HELP = `Usage: lambda-mcp logout [TARGET] [options]

Forgets the sign-in to a server, and has its issuer take the refresh token no more. Without TARGET, and without
MCP_SERVER_URL, those to all servers.

Options:
${SHARED_HELP}`;

export async function logout(args: string[]): Promise<void> {
  const parsed = readArguments('logout', HELP, args, {});
  if (!parsed) return;
  const { options, positionals } = parsed;
  const [target, extra] = positionals;
  if (extra !== undefined || (target !== undefined && !target.includes('://'))) {
    throw new UsageError('logout takes one TARGET, the URL of a server, or none. See: lambda-mcp logout --help');
  }
  const { logOut } = await import('./auth/log-out.ts');
  const url = target === undefined ? undefined : targetUrl(target, options);
  const ended = await logOut(url, options.clientId, networkOptions(options));
  if (options.json) return printJson(ended);
  for (const { server, clientId, notRevoked } of ended) {
    process.stdout.write(`Signed out of ${server}, client ${clientId}.\n`);
    if (notRevoked === undefined) continue;
    process.stderr.write(`Its refresh token is forgotten here, but was not revoked: ${notRevoked}.\n`);
  }
  if (ended.length > 0) return;
  process.stderr.write(url ? `Nobody is signed in at ${url.href}.\n` : 'Nobody is signed in anywhere.\n');
}
