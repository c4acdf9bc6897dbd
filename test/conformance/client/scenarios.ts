import type { SuiteClient } from './suite-client.ts';

interface Context {
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: Record<string, unknown> }[];
}

/** What a client has to do in each scenario for the mock server to see what it looks for. */
export const scenarios: Record<string, (client: SuiteClient, context: Context) => Promise<void>> = {
  async initialize(client) {
    await client.listTools();
  },
  async tools_call(client) {
    await client.listTools();
    await client.callTool({ name: 'add_numbers', arguments: { a: 5, b: 3 } });
  },
  async 'elicitation-sep1034-client-defaults'(client) {
    await client.callTool({ name: 'test_client_elicitation_defaults' });
  },
  async 'sse-retry'(client) {
    await client.callTool({ name: 'test_reconnection' });
  },
  async 'request-metadata'(client) {
    await client.listTools();
  },
  async 'sep-2322-client-request-state'(client) {
    await client.listTools();
    await Promise.all([
      client.callTool({ name: 'test_mrtr_echo_state' }),
      client.callTool({ name: 'test_mrtr_unrelated' }),
    ]);
    await client.callTool({ name: 'test_mrtr_no_state' });
    // The scenario looks for no second call. The v2 SDK is stricter: it takes no result without a type from this revision.
    await client.callTool({ name: 'test_mrtr_no_result_type' }).catch(() => {});
  },
  async 'http-standard-headers'(client) {
    const { tools } = await client.listTools();
    for (const { name } of tools) await client.callTool({ name });
    const { resources } = await client.listResources();
    for (const { uri } of resources) await client.readResource({ uri });
    const { prompts } = await client.listPrompts();
    for (const { name } of prompts) await client.getPrompt({ name });
  },
  async 'http-custom-headers'(client, { toolCalls = [] }) {
    await client.listTools();
    for (const call of toolCalls) await client.callTool(call);
  },
  async 'http-invalid-tool-headers'(client) {
    const { tools } = await client.listTools();
    for (const { name } of tools) await client.callTool({ name, arguments: { region: 'us-east-1' } });
  },
  async 'json-schema-ref-no-deref'(client) {
    await client.listTools();
  },
  async 'json-schema-2020-12-preservation'(client) {
    const { tools } = await client.listTools();
    const schema = tools.find(({ name }) => name === 'json_schema_2020_12_tool')?.inputSchema;
    await client.callTool({ name: 'json_schema_echo', arguments: { schema } });
  },
};
