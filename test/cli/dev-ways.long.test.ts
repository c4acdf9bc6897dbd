import { afterAll, beforeAll, expect, it } from 'vitest';
import { callTool } from '../support/call-tool.ts';
import { type DevServers, startDevServers } from '../support/dev.ts';
import { SERVER_WAYS, writeServer } from '../support/server-ways.ts';

// The local Lambda and AWS's own runtime run the same table: test/local/server-ways.long.test.ts.
let dev: DevServers;
beforeAll(async () => {
  dev = await startDevServers(SERVER_WAYS.map(writeServer));
}, 240_000);
afterAll(() => dev.close());

it.each(SERVER_WAYS.map((way, index) => ({ ...way, index })))(
  '`dev` runs a server that $name',
  async ({ index, expected }) => {
    const server = dev.servers[index];
    if (!server) throw new Error(dev.told());
    expect(await callTool(server, 't')).toBe(expected);
  },
);
