import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Node } from 'typescript/unstable/ast';
import { API, type Project, type Symbol as TsSymbol } from 'typescript/unstable/sync';
import { type Docstring, readDocstring } from './docstring.ts';

const root = join(import.meta.dirname, '../..');

/** A property of an interface, or a property or method of a class. */
export interface Member {
  readonly name: string;
  /** As the source writes it. */
  readonly type: string;
  readonly isOptional: boolean;
  /** One for each declaration; an intersection of two interfaces may have two. */
  readonly docs: readonly Docstring[];
  /** Names one declaration, wherever it is met. */
  readonly key: string;
}

/** Something that a subpath exports. */
export interface Exported {
  readonly name: string;
  readonly kind: 'function' | 'class' | 'type';
  /** What it takes and gives, as the source writes it; several lines for a type that has no members. */
  readonly signature: string;
  readonly doc: Docstring;
  readonly members: readonly Member[];
  /** Members that another package declares, by the name of that package. */
  readonly foreign: ReadonlyMap<string, readonly string[]>;
  readonly isError: boolean;
  readonly key: string;
}

export interface Subpath {
  /** Such as `lambda-mcp/server/v1`. */
  readonly name: string;
  /** Of the file: what it is for, and the guides that it names by `@see`. */
  readonly doc: Docstring;
  readonly exports: readonly Exported[];
}

/** What each subpath of package.json exports, as the compiler sees it. */
export function readSubpaths(): Subpath[] {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const api = new API({ cwd: root });
  try {
    const [project] = api.updateSnapshot({ openProjects: [join(root, 'tsconfig.build.json')] }).getProjects();
    if (!project) throw new Error('TypeScript opened no project for tsconfig.build.json.');
    return Object.entries<{ types?: string }>(exports)
      .filter(([, { types }]) => types)
      .map(([subpath, { types = '' }]) => {
        const file = join(root, types.replace(/^\.\/dist\//, '').replace(/\.d\.ts$/, '.ts'));
        return { name: name + subpath.slice(1), ...readFile(project, file) };
      });
  } finally {
    api.close();
  }
}

function readFile(project: Project, file: string): Omit<Subpath, 'name'> {
  const source = project.program.getSourceFile(file);
  const module = source && project.checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${file} exports nothing.`);
  const [first = ''] = /\/\*\*(?:(?!\*\/)[\s\S])*?@module\s*\*\//.exec(source.text) ?? [];
  const exports = project.checker.getExportsOfModule(module).map((each) => readExport(project, each));
  return { doc: readDocstring(first), exports };
}

function readExport({ checker }: Project, exported: TsSymbol): Exported {
  const symbol = exported.declarations[0]?.kind === EXPORT_SPECIFIER ? checker.getAliasedSymbol(exported) : exported;
  const node = declarationsOf(symbol)[0] as Declaration;
  const kind = node.body ? 'function' : node.members?.some(isConstructor) || isClass(node) ? 'class' : 'type';
  const properties = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol));
  const statics = kind === 'class' ? [...symbol.getExports().values()].filter(({ name }) => name !== 'prototype') : [];
  const all = kind === 'function' ? [] : [...statics, ...properties].flatMap((each) => readMember(each, kind));
  const foreign = new Map<string, string[]>();
  for (const { name, from } of all) if (from) foreign.set(from, [...(foreign.get(from) ?? []), name]);
  foreign.delete('typescript');
  const members = all.filter(({ from }) => !from).map(({ from, ...member }) => member);
  return {
    name: exported.name,
    kind,
    signature: signatureOf(node, kind, exported.name, members.length > 0),
    doc: docOf(node),
    members,
    foreign,
    isError: exported.name.endsWith('Error'),
    key: keyOf(node),
  };
}

/** The member, and the package that declares it where that is another; nothing for one that is not for callers. */
function readMember(property: TsSymbol, kind: Exported['kind']): (Member & { from?: string })[] {
  const [node, ...others] = declarationsOf(property) as Declaration[];
  if (!node || /\b(?:private|protected)\b/.test(modifiersOf(node)) || /^(?:#|__)/.test(property.name)) return [];
  const from = /node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules)/.exec(node.getSourceFile().fileName)?.[1];
  // What every Error, string or array has.
  if (from?.startsWith('@typescript/') || (kind === 'class' && property.name === 'name')) return [];
  const head = node.getText().replace(/^(?:(?:readonly|override|static|abstract|async)\s+)*/, '');
  const isOptional = /^\w+\?/.test(head);
  const written = node.parameters && !head.startsWith('get ') ? callText(node) : textOf(node.type);
  const type = isOptional ? written.replace(/ \| undefined$/, '') : written;
  const docs = [node, ...others].map(docOf).filter(({ text, tags }) => text || tags.length > 0);
  const name = /\bstatic\b/.test(modifiersOf(node)) ? `${parentName(node)}.${property.name}` : property.name;
  return [{ name, type, isOptional, docs, key: keyOf(node), ...(from && { from }) }];
}

function parentName(node: Declaration): string {
  return (node.parent as Declaration | undefined)?.name?.getText() ?? '';
}

function signatureOf(node: Declaration, kind: Exported['kind'], name: string, hasMembers: boolean): string {
  if (kind === 'function') return `${name}${callText(node)}`;
  if (kind === 'class') {
    const made = node.members?.find(isConstructor);
    return made && !name.endsWith('Error') ? `new ${name}(${parametersOf(made)})` : '';
  }
  const calls = node.members?.filter((each) => !each.name && each.parameters).map(callText) ?? [];
  if (calls.length > 0) return calls.map((call) => `${name}${call}`).join('\n');
  return hasMembers ? '' : `type ${name} = ${textOf(node.type)}`;
}

/** What is used of a declaration's syntax tree, whatever declares it. */
interface Declaration extends Node {
  readonly name?: Node;
  readonly type?: Node;
  readonly body?: Node;
  readonly parameters?: readonly Node[];
  readonly members?: readonly Declaration[];
  readonly modifiers?: readonly Node[];
}

const EXPORT_SPECIFIER = 282;

function declarationsOf(symbol: TsSymbol): Node[] {
  return symbol.declarations.flatMap((handle) => handle.resolve() ?? []);
}

function isConstructor(node: Declaration): boolean {
  return /^constructor\b/.test(node.getText());
}

function isClass(node: Declaration): boolean {
  return /^(?:export\s+)?(?:abstract\s+)?class\b/.test(node.getText());
}

function modifiersOf(node: Declaration): string {
  return (node.modifiers ?? []).map((each) => each.getText()).join(' ');
}

function callText(node: Declaration): string {
  return `(${parametersOf(node)})${node.type ? `: ${textOf(node.type)}` : ''}`;
}

/** One that is taken apart at once has no name: its type's last word stands in for it. */
function parametersOf(node: Declaration): string {
  const named = (node.parameters ?? []).map((parameter) =>
    textOf(parameter).replace(/^\{.*\}(?=: \w*?([A-Z][a-z]+)\b)/, (_, word: string) => word.toLowerCase()),
  );
  return named.join(', ');
}

/** On one line, without comments. */
function textOf(node: Node | undefined): string {
  return (node?.getText() ?? '')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/^\| /, '')
    .replace(/,? \)/g, ')')
    .replace(/\( /g, '(')
    .trim();
}

function docOf(node: Node): Docstring {
  return readDocstring(node.jsDoc?.at(-1)?.getText() ?? '');
}

function keyOf(node: Node): string {
  return `${relative(root, node.getSourceFile().fileName)}:${node.pos}`;
}
