import type { JsonRpcId } from '../../wire/json-rpc.ts';
import { isObject, isZodSchema, rememberingConvert, type ZodSchema } from './remembering-convert.ts';

/**
 * Lets the JSON Schema of a schema object be made once, not for every request: zod takes longer for it than everything
 * else that a request needs. Which tools there are, and with which schemas, the server says anew for each request.
 *
 * The schemas themselves stay as they are; this server's tools get stand-ins for them.
 *
 * @param message the JSON-RPC request that the server answers: it decides whose schemas are converted
 */
export function rememberJsonSchemas(server: object, { method, params }: JsonRpcMessage): void {
  if (method === 'tools/call') remember(registered(server, '_registeredTools')[String(params?.name)], TOOL_SCHEMAS);
  else if (method === 'tools/list') rememberAll(registered(server, '_registeredTools'), TOOL_SCHEMAS);
  else if (method === 'prompts/list') rememberAll(registered(server, '_registeredPrompts'), ['argsSchema']);
}

export interface JsonRpcMessage {
  readonly id?: JsonRpcId;
  readonly method?: unknown;
  readonly params?: { readonly name?: unknown } | undefined;
}

const TOOL_SCHEMAS = ['inputSchema', 'outputSchema'];

/** What an `McpServer` keeps in a field of its own, by name. */
function registered(server: object, field: string): Record<string, unknown> {
  const entries = (server as Record<string, unknown>)[field];
  return isObject(entries) ? entries : {};
}

function rememberAll(entries: Record<string, unknown>, fields: readonly string[]): void {
  for (const name of Object.keys(entries)) remember(entries[name], fields);
}

function remember(entry: unknown, fields: readonly string[]): void {
  if (!isObject(entry)) return;
  for (const field of fields) {
    const schema = entry[field];
    const standIn = standIns.get(schema as ZodSchema);
    // A schema that a factory makes for one request never comes back: the work is for those that do.
    if (standIn !== undefined) entry[field] = standIn === 'seen' ? makeStandIn(schema as ZodSchema) : standIn;
    else if (isZodSchema(schema)) standIns.set(schema, 'seen');
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
