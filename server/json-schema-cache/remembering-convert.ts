/** The part of a zod 4 schema that is used here. */
export interface ZodSchema {
  readonly '~standard': { readonly vendor: string; readonly jsonSchema: Readonly<Record<Io, Convert>> };
  readonly _zod: { readonly def: { readonly type: string; readonly defaultValue?: unknown }; toJSONSchema?: unknown };
  /** A copy, registered with metadata of its own. */
  meta(metadata: Meta): ZodSchema;
}

type Io = 'input' | 'output';
type JsonSchema = Record<string, unknown>;
/** Source: Standard JSON Schema 1, `StandardJSONSchemaV1.Options`. */
type Convert = (options: { readonly target: string; readonly libraryOptions?: Record<string, unknown> }) => JsonSchema;

type Meta = Readonly<Record<string, unknown>>;
type Metadata = WeakMap<ZodSchema, Meta>;

/** A conversion's result, and the nodes that made it. */
interface Remembered {
  readonly json: JsonSchema;
  readonly nodes: readonly ZodSchema[];
  readonly state: string;
}

/**
 * A schema's own conversion, but one that remembers its result for as long as nothing that made it has changed.
 *
 * Nothing is remembered of a schema that may describe itself otherwise the next time: only zod's are known not to, but
 * for what `stateOf` looks at. What is remembered is frozen.
 */
export function rememberingConvert(schema: ZodSchema, io: Io): Convert {
  const convert = schema['~standard'].jsonSchema[io];
  const known = new Map<string, Remembered>();
  return (options) => {
    if (options.libraryOptions) return convert(options);
    const remembered = known.get(options.target);
    if (remembered && stateOf(remembered.nodes, ownMetadata()) === remembered.state) return remembered.json;
    const nodes: ZodSchema[] = [];
    const override = ({ zodSchema }: { zodSchema: ZodSchema }) => nodes.push(zodSchema);
    const json = convert({ ...options, libraryOptions: { override } });
    const registered = ownMetadata();
    const state = isReproducible(schema, nodes, registered) ? stateOf(nodes, registered) : undefined;
    if (state !== undefined) known.set(options.target, { json: deepFreeze(json), nodes, state });
    return json;
  };
}

/** Whether the nodes that were converted, and the metadata registered for them, are all that made the result. */
function isReproducible(schema: ZodSchema, nodes: readonly ZodSchema[], registered: Metadata | undefined): boolean {
  // Of a zod that has no `override` no node is seen, and one with a registry of its own has registered the copy there.
  return nodes.includes(schema) && nodes.every(isConstant) && registered?.has(schema.meta({})) === true;
}

function isConstant({ _zod: { def, toJSONSchema } }: ZodSchema): boolean {
  return !toJSONSchema && def.type !== 'lazy' && def.type !== 'catch';
}

/** Zod's global registry, by node: what a node inherits stands with its parent, which is converted too. */
function ownMetadata(): Metadata | undefined {
  const { __zod_globalRegistry: registry } = globalThis as { __zod_globalRegistry?: { readonly _map?: unknown } };
  return registry?._map instanceof WeakMap ? registry._map : undefined;
}

/**
 * What can change under a schema: metadata may be registered late, and a default may be a function. As JSON, which is
 * how it would be sent; undefined when JSON cannot hold it.
 */
function stateOf(nodes: readonly ZodSchema[], registered: Metadata | undefined): string | undefined {
  const state = [];
  for (const [index, node] of nodes.entries()) {
    const meta = registered?.get(node);
    const value = defaultOf(node);
    if (meta !== undefined || value !== undefined) state.push({ index, meta, value });
  }
  try {
    return JSON.stringify(state);
  } catch {
    return undefined;
  }
}

function defaultOf({ _zod: { def } }: ZodSchema): unknown {
  return def.type === 'default' || def.type === 'prefault' ? def.defaultValue : undefined;
}

/** Remembered schemas are shared between requests: whoever changed one would change another caller's list. */
function deepFreeze<T>(value: T): T {
  if (isObject(value)) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}

export function isZodSchema(schema: unknown): schema is ZodSchema {
  if (!isObject(schema) || !isObject(schema._zod)) return false;
  const standard = schema['~standard'];
  return isObject(standard) && standard.vendor === 'zod' && isObject(standard.jsonSchema) && 'meta' in schema;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
