import { asRecord, isRecord } from '../json.ts';
import { mapSubschemas } from './subschemas.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Largest schema that is written out, in schemas within it: references can double it at every step. */
const MAX_SCHEMAS = 10_000;
/** Most schemas around one that is written out. */
const MAX_DEPTH = 500;

/** Keywords that say something of a schema, and check nothing. */
const ANNOTATIONS: ReadonlySet<string> = new Set([
  ...['title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly', '$comment'],
]);
const REFERENCES = ['$ref', '$dynamicRef', '$recursiveRef'] as const;
/** What is of no use once nothing refers to it. */
const TARGETS: ReadonlySet<string> = new Set([
  ...['$defs', 'definitions', '$anchor', '$dynamicAnchor', '$recursiveAnchor', '$id'],
]);

/**
 * A JSON Schema without references: each stands written out in its place. What takes the old one takes the new one, and,
 * but for what cannot be written out, the reverse.
 *
 * - a schema within itself is cut where it begins anew: from there on any value of its `type` is taken, and the
 *   `description` says so
 * - so is what would make more than 10,000 schemas, or lie more than 500 deep
 * - a reference to another document stays as it is
 *
 * Source: JSON Schema 2020-12, Core, sections 8.2 and 9; draft-07, section 8.3, whose `$ref` has no siblings.
 */
export function dereference<T>(schema: T): T {
  if (!isRecord(schema)) return schema;
  const targets = findTargets(schema);
  const ignoresSiblings = /draft-0[3-7]/.test(String(schema.$schema));
  let count = 0;
  let leavesReference = false;

  function write(given: unknown, within: readonly Schema[]): unknown {
    if (!isRecord(given)) return given;
    count += 1;
    const keyword = REFERENCES.find((name) => typeof given[name] === 'string');
    if (keyword === undefined) {
      // A document's own name may stay: nothing else is called so.
      const kept = Object.entries(given).filter(([name]) => !TARGETS.has(name) || (name === '$id' && given === schema));
      return mapSubschemas(Object.fromEntries(kept), (each) => write(each, [...within, given]));
    }
    const { [keyword]: reference, ...siblings } = given;
    const target = targets(String(reference), given);
    if (target === undefined) {
      leavesReference = true;
      return given;
    }
    if (!isRecord(target)) return merge(target, siblings, within);
    const isRecursive = within.includes(target);
    const isTooLarge = count > MAX_SCHEMAS || within.length > MAX_DEPTH;
    if (isRecursive || isTooLarge) return merge(cut(target, String(reference), isRecursive), siblings, within);
    return merge(write(target, [...within, given]), siblings, [...within, given]);
  }

  function merge(target: unknown, siblings: Schema, within: readonly Schema[]): unknown {
    const kept = Object.entries(siblings).filter(
      ([name]) => !TARGETS.has(name) && (!ignoresSiblings || ANNOTATIONS.has(name)),
    );
    const beside = asRecord(write(Object.fromEntries(kept), within));
    if (kept.length === 0) return target;
    if (isRecord(target) && kept.every(([name]) => ANNOTATIONS.has(name))) return { ...target, ...beside };
    // Beside one another some keywords mean something else, such as additionalProperties.
    return { ...beside, allOf: [target, ...(Array.isArray(beside.allOf) ? beside.allOf : [])] };
  }

  const written = write(schema, []) as T & Schema;
  if (leavesReference) return { ...written, ...pick(schema, ['$defs', 'definitions']) } as T;
  return written;
}

/** What stands for a schema that cannot be written out. */
function cut({ type, title }: Schema, reference: string, isRecursive: boolean): Schema {
  const why = isRecursive ? 'it stands within itself' : 'the whole would be too large';
  return {
    ...(type !== undefined && { type }),
    ...(title !== undefined && { title }),
    description: `As ${reference}, which is not written out again here: ${why}. Any such value is taken.`,
  };
}

/** Finds what references of a document mean: a JSON pointer, an anchor, or an `$id` with either. */
function findTargets(root: Schema): (reference: string, from: Schema) => unknown {
  const named = new Map<string, unknown>();
  const bases = new Map<unknown, string>();
  const visit = (schema: unknown, base: string) => {
    if (!isRecord(schema)) return;
    const id = typeof schema.$id === 'string' ? resolve(schema.$id, base) : base;
    bases.set(schema, id);
    if (!named.has(id)) named.set(id, schema);
    for (const anchor of [schema.$anchor, schema.$dynamicAnchor]) {
      if (typeof anchor === 'string' && !named.has(`${id}#${anchor}`)) named.set(`${id}#${anchor}`, schema);
    }
    mapSubschemas(schema, (each) => visit(each, id));
  };
  visit(root, '');
  return (reference, from) => {
    const [document = '', fragment = ''] = reference.split('#', 2);
    const own = bases.get(from) ?? bases.get(root) ?? '';
    const base = document === '' ? own : resolve(document, own);
    if (fragment === '') return named.get(base);
    return fragment.startsWith('/') ? atPointer(named.get(base), fragment) : named.get(`${base}#${fragment}`);
  };
}

function atPointer(document: unknown, pointer: string): unknown {
  let at = document;
  for (const part of pointer.slice(1).split('/')) {
    const name = decode(part).replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** An `$id` as it is meant; one that is no URL as it is written. */
function resolve(id: string, base: string): string {
  return URL.parse(id, URL.canParse(base) ? base : undefined)?.href.replace(/#$/, '') ?? id.replace(/#$/, '');
}

function pick(schema: Schema, names: readonly string[]): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => names.includes(name)));
}
