import { relative } from 'node:path';
import type { Docstring } from './docstring.ts';
import type { Exported, Member, Subpath } from './read-subpaths.ts';

const GENERATED = '<!-- Written by `npm run reference` from the docstrings of the source: edit those. -->';

/** Where something is described: a page of `docs/reference/`, and a heading on it. */
interface Place {
  readonly page: string;
  readonly name: string;
}

/** The pages of `docs/reference/`, by file name: one for each subpath, and an index. */
export function writePages(subpaths: readonly Subpath[]): Map<string, string> {
  const described = new Map<string, Place>();
  const pages = subpaths.map((subpath) => [pageOf(subpath), writePage(subpath, described)] as const);
  return new Map([['README.md', writeIndex(subpaths, described)], ...pages]);
}

/** Such as `server-v1.md`. */
function pageOf({ name }: Subpath): string {
  return `${name.replace(/^[^/]*\//, '').replaceAll('/', '-')}.md`;
}

function writeIndex(subpaths: readonly Subpath[], described: ReadonlyMap<string, Place>): string {
  const entries = subpaths.map((subpath) => {
    const names = inReadingOrder(subpath.exports).map(({ name, key }) => {
      const { page, name: heading } = described.get(key) as Place;
      return `[\`${name}\`](${page}#${heading.toLowerCase()})`;
    });
    return `## [${subpath.name}](${pageOf(subpath)})\n\n${subpath.doc.text}\n\n${names.join(' · ')}`;
  });
  const intro =
    'Everything that the package exports, one page for each subpath. Options are listed with their units and defaults; ' +
    'an option that is left out, or given as `undefined`, has its default. The command is on [its own page](../cli.md), ' +
    'and the guides are in [docs/](..).';
  return `${GENERATED}\n\n# Reference\n\n${intro}\n\n${entries.join('\n\n')}\n`;
}

/** @param described what earlier pages describe, by key; what this page describes is added */
function writePage(subpath: Subpath, described: Map<string, Place>): string {
  const page = pageOf(subpath);
  const exports = inReadingOrder(subpath.exports);
  const here = exports.filter(({ key }) => !described.has(key));
  const elsewhere = exports.filter(({ key }) => described.has(key));
  for (const { key, name } of here) described.set(key, { page, name });
  const places = new Map(exports.map(({ key, name }) => [name, described.get(key) as Place]));
  const link = (name: string, label = `\`${name}\``) => {
    const first = name.replace(/[.(].*$/, '');
    const place = places.get(first) ?? [...described.values()].find((each) => each.name === first);
    if (!place) return label;
    return `[${label}](${place.page === page ? '' : place.page}#${place.name.toLowerCase()})`;
  };
  const text = (doc: Docstring) => doc.text.replace(/\{@link ([^}\s]+)\}/g, (_, name) => link(name));

  const guides = subpath.doc.tags
    .filter(({ name }) => name === 'see')
    .map((tag) => `[${tag.text}](${relative('docs/reference', tag.text)})`);
  const head = [
    GENERATED,
    `# ${subpath.name}`,
    subpath.doc.text,
    ...(guides.length > 0 ? [`Guide: ${guides.join(', ')}.`] : []),
    here.map(({ name }) => `[\`${name}\`](#${name.toLowerCase()})`).join(' · '),
  ];
  const bodies = here.flatMap((each) => {
    const { name, kind, signature, doc, members, foreign } = each;
    const known = members.filter(({ key }) => described.has(key));
    const fresh = members.filter(({ key }) => !described.has(key));
    for (const { key } of fresh) described.set(key, { page, name });
    return [
      `## ${name}`,
      text(doc),
      signature && `\`\`\`ts\n${signature}\n\`\`\``,
      ...tagLines(doc, text),
      fresh.map((member) => writeMember(member, text, link)).join('\n\n'),
      ...knownLines(known, described, page),
      ...[...foreign].filter(([from]) => from !== 'constructs').map((pair) => foreignLine(kind, ...pair)),
    ];
  });
  const rest = elsewhere.map(({ name }) => link(name)).join(' · ');
  const tail = rest ? ['## Exported here too', rest] : [];
  return `${[...head, ...bodies, ...tail].filter(Boolean).join('\n\n')}\n`;
}

/** What one calls, then what that takes, in the order in which it is met; errors last. */
function inReadingOrder(exports: readonly Exported[]): Exported[] {
  const firsts = exports.filter(({ kind, isError }) => kind !== 'type' && !isError);
  const ordered = new Set([...firsts.filter(({ kind }) => kind === 'function'), ...firsts]);
  for (const each of ordered) {
    for (const text of [each.signature, ...each.members.map(({ type }) => type)]) {
      for (const other of exports) if (!other.isError && mentions(text, other.name)) ordered.add(other);
    }
  }
  for (const each of exports) if (!each.isError) ordered.add(each);
  for (const each of exports) ordered.add(each);
  return [...ordered];
}

function mentions(text: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(text);
}

function writeMember(member: Member, text: (doc: Docstring) => string, link: (name: string) => string): string {
  const { name, type, isOptional, docs } = member;
  const isMethod = type.startsWith('(');
  const title = `**\`${name}\`** \`${type}\``;
  const words = new Set(type.match(/\b[A-Z]\w+/g) ?? []);
  const named = [...words].map((each) => link(each)).filter((each) => each.startsWith('['));
  const facts = [isOptional && !isMethod ? 'optional' : '', ...named].filter(Boolean).join(', ');
  const paragraphs = docs.flatMap((doc) => [text(doc), ...tagLines(doc, text)]);
  return [`- ${title}${facts ? ` (${facts})` : ''}`, ...paragraphs]
    .filter(Boolean)
    .map((paragraph, index) => (index === 0 ? paragraph : indent(paragraph)))
    .join('\n\n');
}

function tagLines({ tags }: Docstring, text: (doc: Docstring) => string): string[] {
  const of = (name: string) => tags.filter((tag) => tag.name === name).map((tag) => text({ text: tag.text, tags: [] }));
  const parameters = of('param').map((each) => each.replace(/^(\w+)\s+/, '- `$1`: '));
  return [
    parameters.join('\n'),
    ...of('returns').map((each) => `Returns ${each}`),
    ...of('throws').map((each) => `Throws ${each.replace(/^\{(.+?)\}/, '`$1`')}.`.replace(/\.\.$/, '.')),
    ...of('default').map((each) => `Default: ${defaultText(each)}`),
  ].filter(Boolean);
}

/** A value is code; the words of a description are not. */
function defaultText(value: string): string {
  const isCode = /^(?:'.*'|\[.*\]|-?[\d._]+|true|false|Infinity|\{\}|[\w.]+\(.*\)|[a-z]\w*\.[\w.]+)$/.test(value);
  return isCode ? `\`${value}\`` : value.replace(/^- /, '').replace(/\.?$/, '.');
}

function knownLines(known: readonly Member[], described: Map<string, Place>, page: string): string[] {
  const byPlace = new Map<string, string[]>();
  for (const { key, name } of known) {
    const place = described.get(key) as Place;
    const target = `[\`${place.name}\`](${place.page === page ? '' : place.page}#${place.name.toLowerCase()})`;
    byPlace.set(target, [...(byPlace.get(target) ?? []), `\`${name}\``]);
  }
  return [...byPlace].map(([target, names]) => `As in ${target}: ${names.join(', ')}.`);
}

function foreignLine(kind: Exported['kind'], from: string, names: readonly string[]): string {
  const listed = names.map((name) => `\`${name}\``).join(', ');
  return `${kind === 'class' ? 'Has' : 'Takes'} besides, as \`${from}\` documents them: ${listed}.`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
