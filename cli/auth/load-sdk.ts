import { CommandError, ExitCode } from '../exit-code.ts';

export type ClientSdk = typeof import('@modelcontextprotocol/client');

/** The MCP SDK's client, whose OAuth functions sign people in. @throws {CommandError} when it is not installed */
export async function loadSdk(): Promise<ClientSdk> {
  try {
    return await import('@modelcontextprotocol/client');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new CommandError('Signing in needs the package @modelcontextprotocol/client.', ExitCode.failed, {
      cause,
      advice: 'Install it beside lambda-mcp: npm install @modelcontextprotocol/client.',
    });
  }
}

/**
 * A resource as the SDK's functions take it, to be sent to the letter. Older versions take a `URL` alone, and one of those
 * adds a slash to a bare origin.
 */
export function resourceOf(resource: string | undefined): { readonly resource?: URL } {
  return resource === undefined ? {} : { resource: { href: resource } as URL };
}
