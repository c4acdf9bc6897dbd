import { isRecord } from '../json.ts';
import { mapSubschemas } from './subschemas.ts';

/** As much of a tool's definition as is looked at. */
export interface ToolWithSchemas {
  readonly name: string;
  readonly inputSchema?: unknown;
  readonly outputSchema?: unknown;
}

/** A keyword of a tool's schema that AgentCore Gateway refuses. */
export interface GatewayRefusal {
  readonly tool: string;
  /** The keyword. */
  readonly keyword: string;
  /** Where it is: `inputSchema/properties/parent/$ref`. */
  readonly path: string;
}

/** Source: Amazon Bedrock AgentCore Developer Guide, "MCP servers targets", considerations. */
const REFUSED = ['$ref', '$defs', '$anchor', '$dynamicRef'] as const;

/** What keeps AgentCore Gateway from taking a server's tools: its sync fails as a whole, for one keyword of one tool. */
export function gatewayRefusals(tools: readonly ToolWithSchemas[]): GatewayRefusal[] {
  return tools.flatMap(({ name, inputSchema, outputSchema }) =>
    Object.entries({ inputSchema, outputSchema }).flatMap(([at, schema]) =>
      refusedIn(schema, at).map(({ keyword, path }) => ({ tool: name, keyword, path })),
    ),
  );
}

/** The same as a sentence, with what to do; undefined where there are none. */
export function explainGatewayRefusals(refusals: readonly GatewayRefusal[]): string | undefined {
  if (refusals.length === 0) return undefined;
  const shown = refusals.slice(0, 5).map(({ tool, path }) => `${tool} (${path})`);
  const more = refusals.length > shown.length ? ` and ${refusals.length - shown.length} more` : '';
  return (
    `AgentCore Gateway takes no tools whose schemas have references: ${shown.join(', ')}${more}. ` +
    'Give createLambdaHandler the option `dereference: true`.'
  );
}

function refusedIn(schema: unknown, at: string): Omit<GatewayRefusal, 'tool'>[] {
  if (!isRecord(schema)) return [];
  const found = REFUSED.filter((keyword) => Object.hasOwn(schema, keyword)).map((keyword) => ({
    keyword,
    path: `${at}/${keyword}`,
  }));
  const below: Omit<GatewayRefusal, 'tool'>[] = [];
  mapSubschemas(schema, (subschema, where) => below.push(...refusedIn(subschema, `${at}/${where}`)));
  return [...found, ...below];
}
