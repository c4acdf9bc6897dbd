import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeEvent } from '../../local/event-stream.ts';
import { bareEnvironment } from '../support/cli.ts';

/** Runs a program of some lines until it ends by itself. */
function run(lines: readonly string[], printed = () => {}): Promise<string> {
  const program = [`import { invokeFetch, sigv4Fetch } from 'lambda-mcp/fetch';`, ...lines].join('\n');
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      ['--input-type=module', '--eval', program],
      { cwd: import.meta.dirname, env: bareEnvironment, timeout: 20_000 },
      (error, stdout, stderr) =>
        error?.killed ? reject(new Error(`did not end. ${stdout}${stderr}`)) : resolve(stdout),
    );
    child.stdin?.end();
    child.stdout?.once('data', printed);
  });
}

/** A Lambda API that keeps its connections, and leaves its responses open after the invocation's end. */
let endResponse = () => {};
const api = createServer((request, response) => {
  request.resume().on('end', () => {
    const answer = Buffer.from(`{"statusCode":200}${'\0'.repeat(8)}answer`);
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
    response.write(encodeEvent('PayloadChunk', 'application/octet-stream', answer));
    response.write(encodeEvent('InvokeComplete', 'application/json', Buffer.from('{}')));
    endResponse = () => response.end();
  });
});
api.keepAliveTimeout = 0;
beforeAll(() => new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  api.closeAllConnections();
  api.close();
});

const credentials = `credentials: { accessKeyId: 'a', secretAccessKey: 's' }`;

describe('a program ends by itself', () => {
  it('when it has read the answer of an invocation', async () => {
    const endpoint = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
    const printed = await run(
      [
        `const fetch = invokeFetch('f', { ${credentials}, region: 'eu-west-1', endpoint: '${endpoint}' });`,
        `const response = await fetch('https://anything.example/', { method: 'POST', body: '{}' });`,
        'console.log(await response.text());',
      ],
      () => endResponse(),
    );
    expect(printed).toBe('answer\n');
  });

  it('when all that is left is the wait for a silence', async () => {
    const printed = await run([
      `const options = { credentials: () => new Promise(() => {}), idleTimeout: 3_600_000 };`,
      `sigv4Fetch({ ...options, region: 'eu-west-1', service: 'lambda' })('https://anything.example/', { method: 'POST' });`,
      `console.log('sent');`,
    ]);
    expect(printed).toBe('sent\n');
  });
});
