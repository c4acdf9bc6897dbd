import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bareEnvironment, CLI } from '../support/cli.ts';

/** AWS, and an MCP server, that take each request and never answer. */
let silent: Server;
let url: string;
beforeAll(async () => {
  silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
});
afterAll(() => {
  silent.closeAllConnections();
  silent.close();
});

it.each([
  ['doctor', 'URL'],
  ['doctor', 'URL', '--json'],
  ['audit', 'tools', '--trail-group', '/trail', '--json'],
  ['audit', 'tools', '--trail-group', '/trail', '--log-group', '/log'],
  ['grant', 'tools', '--list'],
  ['tools', 'URL'],
  ['call', 'URL', 'greet'],
  ['shell', 'URL'],
  ['proxy', 'URL'],
])('Ctrl-C ends %s %s %s quietly and at once', async (...words) => {
  const args = words.filter((word) => word !== undefined).map((word) => (word === 'URL' ? url : word));
  const env = {
    ...bareEnvironment,
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'not-a-secret',
  };
  const asked = once(silent, 'request');
  const child = spawn(process.execPath, [CLI, ...args], { env });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  if (words[0] === 'proxy') child.stdin.write('{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n');
  await asked;
  const ended = once(child, 'close');
  child.kill('SIGINT');
  const [code, signal] = await ended;
  expect(stderr).toBe('');
  // A shell calls an end by the signal 130 too.
  const status = signal === 'SIGINT' ? 130 : code;
  expect(status).toBe(words[0] === 'proxy' ? 0 : 130);
});
