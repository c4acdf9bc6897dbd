import { setTimeout as sleep } from 'node:timers/promises';
import { completable } from '@modelcontextprotocol/sdk/server/completable.js';
import { McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import {
  type ElicitRequestFormParams,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { createLambdaHandler } from 'lambda-mcp/server/v1';
import * as z from 'zod';
import { registerConstants } from './constants.ts';
import {
  ANSWER_TIMEOUT,
  completions,
  LOG_LINES,
  PAUSE,
  PROGRESS,
  prompts,
  TEMPLATE,
  templateData,
  textResult,
} from './content.ts';
import { forms, jsonSchema202012 } from './schemas.ts';

/** The everything-server, for `@modelcontextprotocol/sdk`. */
export const handler = createLambdaHandler(makeEverythingServer);

export function makeEverythingServer(): McpServer {
  const server = new McpServer(
    { name: 'everything', version: '1.0.0' },
    { capabilities: { logging: {}, completions: {}, resources: { subscribe: true } } },
  );
  registerConstants(server);
  registerTools(server);
  registerRequestsToTheClient(server);
  registerResources(server);
  registerPrompts(server);
  return server;
}

function registerTools(server: McpServer): void {
  server.registerTool('test_tool_with_progress', { description: 'Reports progress.' }, async (extra) => {
    const { progressToken } = extra._meta ?? {};
    for (const progress of PROGRESS) {
      if (progress > 0) await sleep(PAUSE);
      if (progressToken === undefined) continue;
      await extra.sendNotification({
        method: 'notifications/progress',
        params: { progressToken, progress, total: 100 },
      });
    }
    return textResult('done');
  });
  server.registerTool('test_tool_with_logging', { description: 'Logs three lines.' }, async (extra) => {
    for (const data of LOG_LINES) {
      await extra.sendNotification({ method: 'notifications/message', params: { level: 'info', data } });
      await sleep(PAUSE);
    }
    return textResult('done');
  });
  server.registerTool('test_reconnection', { description: 'Closes its stream before it answers.' }, async (extra) => {
    extra.closeSSEStream?.();
    return textResult('done');
  });
  // The SDK takes zod only; what `meta` holds goes into the JSON schema that is made of it.
  server.registerTool(
    'json_schema_2020_12_tool',
    { description: 'Tool with JSON Schema 2020-12 features', inputSchema: z.looseObject({}).meta(jsonSchema202012) },
    async (args) => textResult(JSON.stringify(args)),
  );
}

/**
 * Requests of the server's own, in the middle of a call. By `extra.sendRequest` they would reach the client, and the
 * scenarios, which look no further, would pass; yet the answers would go to another environment.
 */
function registerRequestsToTheClient(mcp: McpServer): void {
  const { server } = mcp;
  mcp.registerTool(
    'test_sampling',
    { description: "Asks the client's model.", inputSchema: { prompt: z.string() } },
    async ({ prompt }) => {
      const { content } = await server.createMessage(
        { messages: [{ role: 'user', content: { type: 'text', text: prompt } }], maxTokens: 100 },
        { timeout: ANSWER_TIMEOUT },
      );
      return textResult(`LLM response: ${JSON.stringify(content)}`);
    },
  );
  mcp.registerTool(
    'test_elicitation',
    { description: 'Asks the user.', inputSchema: { message: z.string() } },
    async ({ message }) => {
      const params = { message, requestedSchema: asRequested(forms.user) };
      const answer = await server.elicitInput(params, { timeout: ANSWER_TIMEOUT });
      return textResult(`User response: ${JSON.stringify(answer)}`);
    },
  );
  const elicitations = {
    test_elicitation_sep1034_defaults: forms.defaults,
    test_elicitation_sep1330_enums: forms.enums,
  };
  for (const [name, form] of Object.entries(elicitations)) {
    mcp.registerTool(name, { description: 'Asks the user.' }, async () => {
      const params = { message: 'Please fill in the form.', requestedSchema: asRequested(form) };
      const { action, content } = await server.elicitInput(params, { timeout: ANSWER_TIMEOUT });
      return textResult(`Elicitation completed: action=${action}, content=${JSON.stringify(content)}`);
    });
  }
}

/** The SDK's type is made of mutable arrays. */
function asRequested(form: unknown): ElicitRequestFormParams['requestedSchema'] {
  return form as ElicitRequestFormParams['requestedSchema'];
}

function registerResources(server: McpServer): void {
  server.registerResource(
    'template',
    new ResourceTemplate(TEMPLATE, { list: undefined }),
    { description: 'Data for an id' },
    async ({ href }, { id }) => ({ contents: [{ uri: href, ...templateData(String(id)) }] }),
  );
  server.server.setRequestHandler(SubscribeRequestSchema, () => ({}));
  server.server.setRequestHandler(UnsubscribeRequestSchema, () => ({}));
}

function registerPrompts(server: McpServer): void {
  server.registerPrompt(
    'test_prompt_with_arguments',
    {
      description: 'With arguments',
      argsSchema: { arg1: completable(z.string(), completions), arg2: z.string() },
    },
    async ({ arg1, arg2 }) => prompts.withArguments(arg1, arg2),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'With a resource', argsSchema: { resourceUri: z.string() } },
    async ({ resourceUri }) => prompts.withResource(resourceUri),
  );
}
