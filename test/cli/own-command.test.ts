import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ownCommand } from '../../cli/own-command.ts';

it('is the name where the PATH has it, and else Node with the file that runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bin '));
  const env = { PATH: `/nowhere::${folder}` };
  expect(ownCommand(env, '/a b/it’s/main.js')).toBe("node '/a b/it’s/main.js'");
  expect(ownCommand(env, "/it's/main.js")).toBe("node '/it'\\''s/main.js'");
  writeFileSync(join(folder, 'lambda-mcp'), '#!/bin/sh\n', { mode: 0o755 });
  expect(ownCommand(env, '/main.js')).toBe('lambda-mcp');
});
