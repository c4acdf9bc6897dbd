import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { newPath } from '../support/scratch.ts';

const project = resolve(import.meta.dirname, '../..');
const SOURCE = `
  import { sigv4Fetch } from 'lambda-mcp/fetch';
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
  export const withKeys = sigv4Fetch({ credentials, region: 'us-east-1' });
  export const without = sigv4Fetch({ region: 'us-east-1' });
`;

it.each(['browser', 'worker', 'workerd'])(
  'a bundle for %s is small, has nothing of Node, and signs',
  async (condition) => {
    const { outputFiles } = await build({
      stdin: { contents: SOURCE, resolveDir: project },
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      conditions: [condition],
    });
    const text = outputFiles[0]?.text ?? '';
    expect(text).not.toMatch(/(?:from|import|require)\s*\(?\s*["']node:/);
    expect(text).not.toContain('AWS_WEB_IDENTITY_TOKEN_FILE');
    expect(text.length).toBeLessThan(66_000);

    const file = `${newPath()}.mjs`;
    writeFileSync(file, text);
    const signed: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      signed.push(request.headers.authorization);
      response.end('served');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    // As a browser has it: no process, and so nothing of Node's.
    const program = `
    const { process } = globalThis;
    globalThis.process = undefined;
    const { withKeys, without } = await import(${JSON.stringify(file)});
    const text = await (await withKeys('${url}')).text();
    const error = await without('${url}').catch((thrown) => thrown);
    globalThis.process = process;
    console.log(text, error.name, error.message);
  `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
    server.close();
    expect(stdout).toMatch(/^served CredentialsError .*give the option `credentials`/);
    expect(signed).toEqual([expect.stringContaining('AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE')]);
  },
);
