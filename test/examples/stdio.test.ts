import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startDev } from '../support/dev.ts';

it('the stdio example serves its agent, with progress', async () => {
  const everything = resolve('node_modules/@modelcontextprotocol/server-everything/dist/index.js');
  const dev = await startDev('--stdio', ['--', 'node', everything]);
  const { accessKeyId, secretAccessKey, sessionToken } = dev.principal('agent');
  const { stdout } = await promisify(execFile)(process.execPath, ['examples/stdio/agent.ts', dev.functionUrl], {
    cwd: resolve(import.meta.dirname, '../..'),
    env: {
      ...process.env,
      AWS_REGION: dev.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    },
  });
  expect(stdout).toMatch(/^Protocol 2026-07-28, \d+ tools\.\n1 of 3\n2 of 3\n3 of 3\n.*operation completed/is);
  await dev.close();
});
