import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { connect } from '../support/clients.ts';
import { startTestLambda } from '../support/lambda.ts';

const folder = resolve(import.meta.dirname, '../../examples/stdio/container');

/** All of the image but what Docker and uv do. */
it("the container example's handler, bundled as its Dockerfile says, serves the program that it names", async () => {
  const dockerfile = readFileSync(join(folder, 'Dockerfile'), 'utf8');
  const [, options = '', outfile = ''] = /npx esbuild (.*) --outfile=(\S+)/.exec(dockerfile) ?? [];
  const out = mkdtempSync(join(tmpdir(), 'lambda-mcp-container-'));
  execFileSync(resolve('node_modules/.bin/esbuild'), [...options.split(' '), `--outfile=${join(out, outfile)}`], {
    cwd: folder,
    stdio: 'pipe',
  });
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(\S+)/gm)].map(([, name]) => name as string);
  expect(copied.filter((name) => !existsSync(join(folder, name)) && !existsSync(join(out, name)))).toEqual([]);
  expect(dockerfile).toContain(`CMD ["${outfile.replace('.mjs', '')}.handler"]`);

  const SERVER = resolve('node_modules/.bin/mcp-server-everything');
  const lambda = await startTestLambda('', { entry: join(out, outfile), environment: { SERVER } });
  const client = await connect('v2, 2026', 'SigV4', lambda);
  expect(await client.call('echo', { message: 'hello' })).toEqual({ isError: false, text: 'Echo: hello' });
  await client.close();
  await lambda.close();
  rmSync(out, { recursive: true });
});
