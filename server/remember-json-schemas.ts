/** A server whose registered tools can be read: `McpServer` keeps them in fields of its own. */
interface Registry {
  readonly [field: string]: unknown;
}

/** The part of a zod 4 schema that is used here. */
interface ZodSchema {
  readonly '~standard': { readonly vendor: string; readonly jsonSchema: Readonly<Record<Io, Convert>> };
  readonly _zod: { readonly def: { readonly type: string; readonly defaultValue?: unknown }; toJSONSchema?: unknown };
  /** A copy, registered with metadata of its own. */
  meta(metadata: Meta): ZodSchema;
}

type Io = 'input' | 'output';
type JsonSchema = Record<string, unknown>;
/** Source: Standard JSON Schema 1, `StandardJSONSchemaV1.Options`. */
type Convert = (options: { readonly target: string; readonly libraryOptions?: Record<string, unknown> }) => JsonSchema;

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
 * Lets the JSON Schema of a schema object be made once, not for every request: zod takes longer for it than everything
 * else that a request needs. Which tools there are, and with which schemas, the server says anew for each request.
 *
 * Nothing is remembered of a schema that may describe itself otherwise the next time: only zod's are known not to, but
 * for what a `Fact` holds. The schemas themselves stay as they are; this server's tools get stand-ins for them.
 *
 * @param message the JSON-RPC request that the server answers: it decides whose schemas are converted
 */
export function rememberJsonSchemas(server: object, { method, params }: JsonRpcMessage): void {
  if (method === 'tools/call') remember(registered(server, '_registeredTools')[String(params?.name)], TOOL_SCHEMAS);
  else if (method === 'tools/list') rememberAll(registered(server, '_registeredTools'), TOOL_SCHEMAS);
  else if (method === 'prompts/list') rememberAll(registered(server, '_registeredPrompts'), ['argsSchema']);
}

export interface JsonRpcMessage {
  readonly method?: unknown;
  readonly params?: { readonly name?: unknown } | undefined;
}

const TOOL_SCHEMAS = ['inputSchema', 'outputSchema'];

function registered(server: object, field: string): Record<string, unknown> {
  const entries = (server as Registry)[field];
  return isObject(entries) ? entries : {};
}

function rememberAll(entries: Record<string, unknown>, fields: readonly string[]): void {
  for (const name of Object.keys(entries)) remember(entries[name], fields);
}

function remember(entry: unknown, fields: readonly string[]): void {
  if (!isObject(entry)) return;
  for (const field of fields) {
    const schema = entry[field];
    if (!isZodSchema(schema)) continue;
    const standIn = standIns.get(schema);
    // A schema that a factory makes for one request never comes back: the work is for those that do.
    if (standIn === undefined) standIns.set(schema, 'seen');
    else entry[field] = standIn === 'seen' ? makeStandIn(schema) : standIn;
  }
}

const standIns = new WeakMap<ZodSchema, ZodSchema | 'seen'>();

/** The same schema in all but `~standard.jsonSchema`. */
function makeStandIn(schema: ZodSchema): ZodSchema {
  const standard = schema['~standard'];
  const jsonSchema = { input: rememberingConvert(schema, 'input'), output: rememberingConvert(schema, 'output') };
  const standIn: ZodSchema = Object.create(schema, { '~standard': { value: { ...standard, jsonSchema } } });
  standIns.set(schema, standIn);
  standIns.set(standIn, standIn);
  return standIn;
}

function rememberingConvert(schema: ZodSchema, io: Io): Convert {
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

type Meta = Readonly<Record<string, unknown>>;
type Metadata = WeakMap<ZodSchema, Meta>;

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

function isZodSchema(schema: unknown): schema is ZodSchema {
  if (!isObject(schema) || !isObject(schema._zod)) return false;
  const standard = schema['~standard'];
  return isObject(standard) && standard.vendor === 'zod' && isObject(standard.jsonSchema) && 'meta' in schema;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
