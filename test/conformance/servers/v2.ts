import { setTimeout as sleep } from 'node:timers/promises';
import {
  completable,
  type ElicitRequestFormParams,
  fromJsonSchema,
  McpServer,
  ResourceTemplate,
} from '@modelcontextprotocol/server';
import { createLambdaHandler, type McpRequestContext } from 'lambda-mcp/server';
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
import { createInputRequests } from './input-requests.ts';
import { forms, jsonSchema202012, regionInHeader } from './schemas.ts';

/** The everything-server, for `@modelcontextprotocol/server`. */
export const handler = createLambdaHandler(makeEverythingServer);

export function makeEverythingServer(context: McpRequestContext): McpServer {
  const inputRequests = createInputRequests(context);
  const server = new McpServer(
    { name: 'everything', version: '1.0.0' },
    {
      capabilities: { logging: {}, completions: {}, resources: { subscribe: true } },
      requestState: { verify: inputRequests.verify },
    },
  );
  registerConstants(server);
  registerTools(server);
  registerRequestsToTheClient(server);
  registerResources(server);
  registerPrompts(server);
  inputRequests.register(server);
  return server;
}

function registerTools(server: McpServer): void {
  server.registerTool('test_tool_with_progress', { description: 'Reports progress.' }, async ({ mcpReq }) => {
    const { progressToken } = mcpReq._meta ?? {};
    for (const progress of PROGRESS) {
      if (progress > 0) await sleep(PAUSE);
      if (progressToken === undefined) continue;
      await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
    }
    return textResult('done');
  });
  for (const name of ['test_tool_with_logging', 'test_logging_tool']) {
    server.registerTool(name, { description: 'Logs three lines.' }, async ({ mcpReq }) => {
      for (const line of LOG_LINES) {
        await mcpReq.log('info', line);
        await sleep(PAUSE);
      }
      return textResult('done');
    });
  }
  server.registerTool(
    'test_reconnection',
    { description: 'Closes its stream before it answers.' },
    async ({ http }) => {
      http?.closeSSE?.();
      return textResult('done');
    },
  );
  server.registerTool(
    'json_schema_2020_12_tool',
    { description: 'Tool with JSON Schema 2020-12 features', inputSchema: fromJsonSchema(jsonSchema202012) },
    async (args) => textResult(JSON.stringify(args)),
  );
  server.registerTool(
    'test_x_mcp_header',
    { description: 'Has an argument that a header repeats.', inputSchema: fromJsonSchema(regionInHeader) },
    async (args) => textResult(JSON.stringify(args)),
  );
}

/** The 2025 way to ask the client something: a request of the server's own, in the middle of a call. */
function registerRequestsToTheClient(server: McpServer): void {
  server.registerTool(
    'test_sampling',
    { description: "Asks the client's model.", inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, { mcpReq }) => {
      const { content } = await mcpReq.requestSampling(
        { messages: [{ role: 'user', content: { type: 'text', text: prompt } }], maxTokens: 100 },
        { timeout: ANSWER_TIMEOUT },
      );
      return textResult(`LLM response: ${JSON.stringify(content)}`);
    },
  );
  server.registerTool(
    'test_elicitation',
    { description: 'Asks the user.', inputSchema: z.object({ message: z.string() }) },
    async ({ message }, { mcpReq }) => {
      const answer = await mcpReq.elicitInput(
        { message, requestedSchema: asRequested(forms.user) },
        { timeout: ANSWER_TIMEOUT },
      );
      return textResult(`User response: ${JSON.stringify(answer)}`);
    },
  );
  const elicitations = {
    test_elicitation_sep1034_defaults: forms.defaults,
    test_elicitation_sep1330_enums: forms.enums,
  };
  for (const [name, form] of Object.entries(elicitations)) {
    server.registerTool(name, { description: 'Asks the user.' }, async ({ mcpReq }) => {
      const { action, content } = await mcpReq.elicitInput(
        {
          message: 'Please fill in the form.',
          requestedSchema: asRequested(form),
        },
        { timeout: ANSWER_TIMEOUT },
      );
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
  server.server.setRequestHandler('resources/subscribe', () => ({}));
  server.server.setRequestHandler('resources/unsubscribe', () => ({}));
}

function registerPrompts(server: McpServer): void {
  server.registerPrompt(
    'test_prompt_with_arguments',
    {
      description: 'With arguments',
      argsSchema: z.object({ arg1: completable(z.string(), completions), arg2: z.string() }),
    },
    async ({ arg1, arg2 }) => prompts.withArguments(arg1, arg2),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'With a resource', argsSchema: z.object({ resourceUri: z.string() }) },
    async ({ resourceUri }) => prompts.withResource(resourceUri),
  );
}
