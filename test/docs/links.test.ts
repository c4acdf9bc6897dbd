import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
});
const pages = listed.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));

/** Without what is shown as code. */
function prose(file: string): string {
  return readFileSync(file, 'utf8')
    .replace(/^( *)(```+)[^\n]*\n[\s\S]*?^\1\2 *$/gm, '')
    .replace(/`+[^`\n]+`+/g, (code) => code.replace(/[[\]()<>]/g, ' '));
}

/** Where links and pictures go, and the pages that a footnote or an HTML picture names. */
function targets(file: string): string[] {
  const text = prose(file);
  const inline = [...text.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)];
  const defined = [...text.matchAll(/^\[[^\]]+\]:\s+<?(\S+?)>?\s*$/gm)];
  const html = [...text.matchAll(/<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)="([^"]+)"/g)];
  return [...inline, ...defined, ...html].map(([, target = '']) => target);
}

/** The anchors that GitHub gives a page's headings; a heading that comes again has a number. */
function anchors(file: string): Set<string> {
  const found = new Map<string, number>();
  const all = new Set<string>();
  const text = readFileSync(file, 'utf8').replace(/^( *)(```+)[^\n]*\n[\s\S]*?^\1\2 *$/gm, '');
  for (const [, heading = ''] of text.matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const words = heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/<[^>]+>/g, '');
    const anchor = words
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-');
    const times = found.get(anchor) ?? 0;
    found.set(anchor, times + 1);
    all.add(times === 0 ? anchor : `${anchor}-${times}`);
  }
  for (const [, id = ''] of text.matchAll(/<[^>]+\b(?:id|name)="([^"]+)"/g)) all.add(id);
  return all;
}

/** Why a link of a page leads nowhere; undefined where it leads somewhere, or to another site. */
function broken(page: string, target: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return undefined;
  const [path = '', anchor] = target.split('#', 2);
  const file = path === '' ? page : resolve(dirname(page), decodeURIComponent(path));
  if (relative(root, file).startsWith('..')) return `${target} leads out of the repository`;
  if (!existsSync(file)) return `there is no ${target}`;
  if (anchor === undefined || statSync(file).isDirectory() || !file.endsWith('.md')) return undefined;
  return anchors(file).has(decodeURIComponent(anchor)) ? undefined : `there is no heading ${target}`;
}

describe('the links of the pages', () => {
  it('are found', () => {
    expect(pages).toContain('README.md');
    expect(targets(join(root, 'CONTRIBUTING.md'))).toContain('test/README.md');
  });

  it.each(pages)('%s', (page) => {
    const file = join(root, page);
    expect(targets(file).flatMap((target) => broken(file, target) ?? [])).toEqual([]);
  });
});

it('would find a link that leads nowhere', () => {
  const page = join(root, 'docs/server.md');
  expect(broken(page, 'nowhere.md')).toBe('there is no nowhere.md');
  expect(broken(page, 'stdio.md#no-such-heading')).toBe('there is no heading stdio.md#no-such-heading');
  expect(broken(page, '#without-lambda')).toBeUndefined();
  expect(broken(page, '../../elsewhere.md')).toBe('../../elsewhere.md leads out of the repository');
  expect(broken(page, 'https://docs.aws.amazon.com/')).toBeUndefined();
});
