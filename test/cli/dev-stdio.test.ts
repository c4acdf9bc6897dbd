import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { connect } from '../support/clients.ts';
import { startDev } from '../support/dev.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'lambda-mcp-dev-stdio-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('runs a stdio server behind the function URL', async () => {
  const dev = await startDev('--stdio', [
    '--env',
    'TOKEN=named',
    '--',
    'node',
    join(root, 'test/fixtures/stdio/odd-server.ts'),
  ]);
  const client = await connect('v1', 'SigV4', { ...dev, agent: dev.principal('agent'), admin: dev.principal('admin') });
  expect(JSON.parse((await client.call('env')).text)).toEqual({
    TOKEN: 'named',
    PATH: process.env.PATH,
    HOME: process.env.HOME,
  });
  await client.close();
  await dev.close();
});

it('asks for a command when there is none', async () => {
  const ended = await new Promise((done) => {
    execFile(process.execPath, ['dist/cli/main.js', 'dev', '--stdio'], { cwd: root }, (error, _, stderr) =>
      done({ code: error?.code, stderr }),
    );
  });
  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('dev --stdio -- COMMAND') });
});

it('says of a file that looks like a stdio server how to run it', async () => {
  const entry = join(folder, 'server.mjs');
  writeFileSync(
    entry,
    "import { StdioServerTransport } from 'sdk';\nawait server.connect(new StdioServerTransport());\n",
  );
  const dev = await startDev(entry);
  expect(dev.told()).toContain(`looks like a stdio server. Run it so: lambda-mcp dev --stdio -- node ${entry}`);
  await dev.close();
});
