import type { Cell } from './axes.ts';

const CAPABILITIES = { tools: {}, logging: {} };
const SERVER = { name: 'server', version: '1.0.0' };
const TOOLS = { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] };
const CONTENT = { content: [{ type: 'text', text: 'ü "quoted" \\ text' }] };
/** What every result of 2026-07-28 carries, as far as it must. */
const OF_2026 = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' };

const RESULTS: Readonly<Record<string, object>> = {
  initialize: { protocolVersion: '2025-11-25', capabilities: CAPABILITIES, serverInfo: SERVER },
  'server/discover': {
    ...OF_2026,
    supportedVersions: ['2026-07-28'],
    capabilities: CAPABILITIES,
    serverInfo: SERVER,
  },
  'tools/list': TOOLS,
  'tools/call': CONTENT,
};

export const SERVER_ERROR = { code: -32042, message: 'The server says no: ü.', data: { reason: 'none' } };

export function resultOf(method: string, client: Cell['client']): object {
  return { ...RESULTS[method], ...(client === 'v2, 2026-07-28' && method !== 'initialize' && OF_2026) };
}

const IDS: Readonly<Record<Cell['id'], (id: unknown) => unknown>> = {
  number: (id) => id,
  'numeric string': String,
  null: () => null,
  'of another request': () => 987654,
};

/** The answer to a request, as a cell wants its id and outcome. */
export function answerTo(method: string, id: unknown, cell: Cell): object {
  const outcome = cell.outcome === 'error' ? { error: SERVER_ERROR } : { result: resultOf(method, cell.client) };
  return { jsonrpc: '2.0', id: IDS[cell.id](id), ...outcome };
}

export function notification(data: string): object {
  return { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data } };
}
