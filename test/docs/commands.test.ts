import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const tell = ['*.md', '.github/**/*.yml', '.ci/run'];
const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', ...tell], {
  cwd: root,
  encoding: 'utf8',
});
const files = listed.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
const { scripts, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

it.each(files)('%s names scripts that there are', (file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const named = [...text.matchAll(/(?:npm run|^step)(?: --silent)? ([a-z][\w:-]*)/gm)].map(([, name = '']) => name);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

it.each(files)('%s names tests that there are', (file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const named = [...text.matchAll(/\btest\/[\w/-]+(?:\.\w+)*\.ts\b/g)].map(([name]) => name);
  expect(named.filter((name) => !existsSync(join(root, name)))).toEqual([]);
});

it('has a place in the changelog for what comes next', () => {
  const headings = readFileSync(join(root, 'CHANGELOG.md'), 'utf8').match(/^## .+/gm) ?? [];
  expect([headings[0] === '## Unreleased', headings[0]?.split(/[ ,]/)[1] === version]).toContain(true);
});
