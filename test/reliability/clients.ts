import * as clients from '../support/clients.ts';

export { LINES, type Line, WAYS, type Way } from '../support/clients.ts';

export type Destination = Omit<clients.Destination, 'agent' | 'admin'>;

export interface ConnectedClient {
  listTools(): Promise<string[]>;
  /** The text of the result. @throws when the tool failed */
  callTool(name: string, args: Record<string, unknown>, onprogress?: () => void): Promise<string>;
  close(): Promise<void>;
}

type Options = clients.ClientOptions & { readonly credentials: NonNullable<clients.ClientOptions['credentials']> };

/** A connected client of a line, with the same credentials by either way. */
export async function connect(
  line: clients.Line,
  way: clients.Way,
  to: Destination,
  { credentials, ...options }: Options,
): Promise<ConnectedClient> {
  const client = await clients.connect(line, way, { ...to, agent: credentials, admin: credentials }, options);
  return {
    listTools: client.toolNames,
    async callTool(name, args, onprogress) {
      const { isError, text } = await client.call(name, args, onprogress && { onprogress });
      if (isError) throw new Error(`the tool failed: ${text}`);
      return text;
    },
    close: client.close,
  };
}
