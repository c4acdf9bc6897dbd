import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';

/** A stock client of either line that answers what it is asked. */
export interface SessionClient {
  readonly sessionId: string | undefined;
  /** How often it was told that the tools have changed. */
  readonly changes: { count: number };
  /** Calls a tool. @returns what its text says */
  call(name: string): Promise<unknown>;
  terminate(): Promise<void>;
  close(): Promise<void>;
}

const INFO = { name: 'test', version: '1.0.0' };
const CAPABILITIES = { capabilities: { elicitation: {}, roots: {}, sampling: {} } };
const PERSON = { action: 'accept' as const, content: { name: 'Ada' } };
const ROOTS = { roots: [{ uri: 'file:///work' }] };
const SAMPLED = { model: 'test', role: 'assistant' as const, content: { type: 'text' as const, text: 'Hello' } };

export const LINES = { v1: connectV1, v2: connectV2 };

async function connectV1(url: URL): Promise<SessionClient> {
  const client = new ClientV1(INFO, CAPABILITIES);
  const changes = { count: 0 };
  client.setRequestHandler(ElicitRequestSchema, async () => PERSON);
  client.setRequestHandler(ListRootsRequestSchema, async () => ROOTS);
  client.setRequestHandler(CreateMessageRequestSchema, async () => SAMPLED);
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
    changes.count += 1;
  });
  const transport = new TransportV1(url);
  await client.connect(transport as never);
  return { ...common(client, transport), changes };
}

async function connectV2(url: URL): Promise<SessionClient> {
  const client = new ClientV2(INFO, CAPABILITIES);
  const changes = { count: 0 };
  client.setRequestHandler('elicitation/create', async () => PERSON);
  client.setRequestHandler('roots/list', async () => ROOTS);
  client.setRequestHandler('sampling/createMessage', async () => SAMPLED);
  client.setNotificationHandler('notifications/tools/list_changed', () => {
    changes.count += 1;
  });
  const transport = new TransportV2(url);
  await client.connect(transport);
  return { ...common(client, transport), changes };
}

interface StockClient {
  callTool(call: { name: string }): Promise<object>;
  close(): Promise<void>;
}

interface StockTransport {
  readonly sessionId?: string | undefined;
  terminateSession(): Promise<void>;
}

function common(client: StockClient, transport: StockTransport) {
  return {
    get sessionId() {
      return transport.sessionId;
    },
    async call(name: string) {
      const { content } = (await client.callTool({ name })) as { content: [{ text: string }] };
      return content[0].text === undefined ? undefined : parse(content[0].text);
    },
    terminate: () => transport.terminateSession(),
    close: () => client.close(),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
