import { callTool } from '../../support/call-tool.ts';
import { SERVER_WAYS, writeServer } from '../../support/server-ways.ts';
import type { Group } from './case.ts';

/** Servers as people write them. */
export const ways: readonly Group[] = SERVER_WAYS.map((way) => ({
  title: 'A server',
  entry: writeServer(way),
  cases: [{ name: way.name, expected: way.expected, observe: (lambda) => callTool(lambda, 't') }],
}));
