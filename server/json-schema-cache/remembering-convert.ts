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

/** A conversion's result, and whatever of the schema could give another one the next time. */
interface Remembered {
  readonly json: JsonSchema;
  readonly facts: readonly Fact[];
}

/** What can change under a schema: metadata may be registered late, and a default may be a function. */
interface Fact {
  readonly node: ZodSchema;
  readonly meta: Meta | undefined;
  readonly default: unknown;
}

/**
 * A schema's own conversion, but one that remembers its result for as long as nothing that made it has changed.
 *
 * Nothing is remembered of a schema that may describe itself otherwise the next time: only zod's are known not to, but
 * for what a `Fact` holds. What is remembered is frozen.
 */
export function rememberingConvert(schema: ZodSchema, io: Io): Convert {
  const convert = schema['~standard'].jsonSchema[io];
  const known = new Map<string, Remembered>();
  return (options) => {
    if (options.libraryOptions) return convert(options);
    const remembered = known.get(options.target);
    if (remembered && isUnchanged(remembered)) return remembered.json;
    const nodes: ZodSchema[] = [];
    const override = ({ zodSchema }: { zodSchema: ZodSchema }) => nodes.push(zodSchema);
    const json = convert({ ...options, libraryOptions: { override } });
    const registered = ownMetadata();
    if (isReproducible(schema, nodes, registered)) {
      known.set(options.target, { json: deepFreeze(json), facts: nodes.map((node) => factOf(node, registered)) });
    }
    return json;
  };
}

/** Whether the nodes that were converted, and the metadata registered for them, are all that made the result. */
function isReproducible(
  schema: ZodSchema,
  nodes: readonly ZodSchema[],
  registered: Metadata | undefined,
): registered is Metadata {
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

function factOf(node: ZodSchema, registered: Metadata): Fact {
  const meta = registered.get(node);
  const entries = meta && Object.entries(meta).map(([key, value]) => [key, snapshot(value)]);
  return { node, meta: entries && Object.fromEntries(entries), default: snapshot(defaultOf(node)) };
}

function isUnchanged({ facts }: Remembered): boolean {
  const registered = ownMetadata();
  for (const fact of facts) {
    if (!isSameMeta(registered?.get(fact.node), fact.meta)) return false;
    if (!isSame(defaultOf(fact.node), fact.default)) return false;
  }
  return true;
}

function isSameMeta(meta: Meta | undefined, known: Meta | undefined): boolean {
  if (!meta || !known) return meta === known;
  for (const key in meta) if (!isSame(meta[key], known[key])) return false;
  for (const key in known) if (!(key in meta)) return false;
  return true;
}

function defaultOf({ _zod: { def } }: ZodSchema): unknown {
  return def.type === 'default' || def.type === 'prefault' ? def.defaultValue : undefined;
}

/** An object may be changed in place: what is compared is what it says. */
class Snapshot {
  readonly json: string;
  constructor(value: object) {
    this.json = JSON.stringify(value);
  }
}

function snapshot(value: unknown): unknown {
  return isObject(value) ? new Snapshot(value) : value;
}

function isSame(value: unknown, known: unknown): boolean {
  if (!isObject(value)) return Object.is(value, known);
  return known instanceof Snapshot && JSON.stringify(value) === known.json;
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
