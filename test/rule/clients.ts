import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Cell } from './axes.ts';

/** As much of an SDK's client as the table uses. */
export interface RuleClient {
  /** @param patience how long the client waits, milliseconds; @returns what it then knows of the server */
  connect(patience?: number): Promise<unknown>;
  listTools(patience: number): Promise<unknown>;
  callTool(patience: number): Promise<unknown>;
  close(): Promise<void>;
}

const INFO = { name: 'client', version: '1.0.0' };
const CALL = { name: 'echo', arguments: {} };

/** The method that a client of a line connects by. */
export function firstMethod(line: Cell['client']): string {
  return line === 'v2, 2026-07-28' ? 'server/discover' : 'initialize';
}

/** A stock client with the stock transport of its line. */
export function createClient(
  line: Cell['client'],
  url: URL,
  fetch: typeof globalThis.fetch,
  onNotification: (notification: unknown) => void,
): RuleClient {
  const heard = async (notification: unknown) => onNotification(notification);
  if (line === 'v1') {
    const client = new ClientV1(INFO);
    client.fallbackNotificationHandler = heard;
    const transport = new TransportV1(url, { fetch });
    return {
      async connect(timeout) {
        await client.connect(transport as Parameters<ClientV1['connect']>[0], timeout ? { timeout } : {});
        return [transport.protocolVersion, client.getServerVersion(), client.getServerCapabilities()];
      },
      listTools: (timeout) => client.listTools(undefined, { timeout }),
      callTool: (timeout) => client.callTool(CALL, undefined, { timeout }),
      close: () => client.close(),
    };
  }
  return createV2(line, new TransportV2(url, { fetch }), heard);
}

function createV2(
  line: Cell['client'],
  transport: TransportV2,
  heard: (notification: unknown) => Promise<void>,
): RuleClient {
  let client: ClientV2 | undefined;
  return {
    async connect(timeout) {
      const probe = timeout ? { timeoutMs: timeout } : {};
      const versionNegotiation = { mode: line === 'v2' ? 'legacy' : 'auto', probe } as const;
      client = new ClientV2(INFO, { versionNegotiation });
      client.fallbackNotificationHandler = heard;
      await client.connect(transport, timeout ? { timeout } : {});
      return [client.getNegotiatedProtocolVersion(), client.getServerVersion(), client.getServerCapabilities()];
    },
    listTools: async (timeout) => client?.listTools(undefined, { timeout }),
    callTool: async (timeout) => client?.callTool(CALL, { timeout }),
    close: async () => client?.close(),
  };
}
