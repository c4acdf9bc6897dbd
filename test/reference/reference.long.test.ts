import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readDocstring } from './docstring.ts';
import { missingDocstrings } from './missing-docstrings.ts';
import { type Exported, readSubpaths, type Subpath } from './read-subpaths.ts';
import { writePages } from './write-page.ts';

const folder = join(import.meta.dirname, '../../docs/reference');
let subpaths: Subpath[];
beforeAll(() => {
  subpaths = readSubpaths();
});

/** The committed page of a subpath. */
function pageOf(subpath: string): string {
  return readFileSync(join(folder, `${subpath.replace('lambda-mcp/', '').replaceAll('/', '-')}.md`), 'utf8');
}

describe('the reference', () => {
  it('is what the source says', () => {
    for (const [name, text] of writePages(subpaths)) {
      expect(readFileSync(join(folder, name), 'utf8'), `${name}: run npm run reference`).toBe(text);
    }
  });

  it('has a heading or a link for all that can be imported', async () => {
    const { exports } = JSON.parse(readFileSync(join(folder, '../../package.json'), 'utf8'));
    const importable = Object.keys(exports).filter((each) => each !== './package.json');
    expect(subpaths.map(({ name }) => name)).toEqual(importable.map((each) => `lambda-mcp${each.slice(1)}`));
    for (const { name: subpath } of subpaths) {
      const page = pageOf(subpath);
      for (const name of Object.keys(await import(subpath))) expect(page).toContain(`\n## ${name}\n`);
    }
  });

  it('names every export, and every option and member of it', () => {
    for (const { name: subpath, exports } of subpaths) {
      const page = pageOf(subpath);
      for (const { name, members, foreign } of exports) {
        expect(page).toContain(`\`${name}\``);
        if (!page.includes(`\n## ${name}\n`)) continue;
        for (const member of members) expect(page, `${name}.${member.name}`).toContain(`\`${member.name}\``);
        for (const each of [...foreign].flatMap(([from, names]) => (from === 'constructs' ? [] : names))) {
          expect(page).toContain(`\`${each}\``);
        }
      }
    }
    expect(pageOf('lambda-mcp/infra')).toContain('`memorySize`');
  });

  it('lets nothing go without a word', () => {
    expect(missingDocstrings(subpaths)).toEqual([]);
    const bare = readDocstring('');
    const option = { name: 'wordless', type: 'string', isOptional: true, docs: [], key: 'a' };
    const made: Exported = {
      name: 'Options',
      kind: 'type',
      signature: '',
      doc: bare,
      members: [option],
      foreign: new Map(),
      isError: false,
      key: 'b',
    };
    expect(missingDocstrings([{ name: 'x/y', doc: bare, exports: [made] }])).toEqual([
      'x/y: its file has no docstring with @module.',
      'x/y: Options has no docstring.',
      'x/y: Options.wordless has no docstring.',
    ]);
  });
});
