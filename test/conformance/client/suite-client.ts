interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Where the client under test goes: to a URL, or to a function through the Lambda API. */
export type Target =
  | { readonly url: string; readonly region: string; readonly credentials: Credentials }
  | { readonly functionArn: string; readonly endpoint: string; readonly credentials: Credentials };

/** As much of both SDKs' clients as the scenarios use. */
export interface SuiteClient {
  listTools(): Promise<{ tools: { name: string; inputSchema: unknown }[] }>;
  callTool(params: { name: string; arguments?: Record<string, unknown> }): Promise<unknown>;
  listResources(): Promise<{ resources: { uri: string }[] }>;
  readResource(params: { uri: string }): Promise<unknown>;
  listPrompts(): Promise<{ prompts: { name: string }[] }>;
  getPrompt(params: { name: string }): Promise<unknown>;
  close(): Promise<void>;
}

/** The answer to every question of a server's: yes, and of a form what its schema has as defaults. */
export const ACCEPT = { action: 'accept' as const, content: {} };

export const CLIENT_INFO = { name: 'lambda-mcp-conformance', version: '1.0.0' };
export const CAPABILITIES = { elicitation: { form: { applyDefaults: true } } };
