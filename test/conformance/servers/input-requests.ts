import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  inputRequired,
  inputResponse,
  type McpServer,
  type RequestStateCodec,
} from '@modelcontextprotocol/server';
import { bindRequestState, type McpRequestContext } from 'lambda-mcp/server';
import * as z from 'zod';
import { text, textResult } from './content.ts';

/** What a flow remembers between its rounds. */
interface State {
  readonly name?: string;
}

const name = z.object({ name: z.string() });
const color = z.object({ color: z.string() });
const ok = z.object({ ok: z.boolean() });
const userContext = z.object({ context: z.string() });

const ask = {
  name: (message = 'What is your name?') => inputRequired.elicit({ message, requestedSchema: name }),
  color: () => inputRequired.elicit({ message: 'Step 2: What is your favorite color?', requestedSchema: color }),
  ok: () => inputRequired.elicit({ message: 'Please confirm', requestedSchema: ok }),
  model: (question: string) =>
    inputRequired.createMessage({
      messages: [{ role: 'user', content: { type: 'text', text: question } }],
      maxTokens: 100,
    }),
};

/** The fixtures of protocol 2026-07-28 that answer `input_required`: the client calls again with what was asked for. */
export function createInputRequests(context: McpRequestContext) {
  const state = bindRequestState<State>(context, { key: process.env.REQUEST_STATE_KEY as string, ttlSeconds: 300 });
  return {
    verify: state.verify,
    register(server: McpServer): void {
      registerElicitation(server);
      registerOtherKinds(server);
      registerStateful(server, state);
    },
  };
}

function registerElicitation(server: McpServer): void {
  for (const tool of ['test_input_required_result_elicitation', 'test_streaming_elicitation']) {
    server.registerTool(tool, { description: 'Asks for a name.' }, async ({ mcpReq }) => {
      const answer = acceptedContent(mcpReq.inputResponses, 'user_name', name);
      if (answer) return textResult(`Hello, ${answer.name}!`);
      return inputRequired({ inputRequests: { user_name: ask.name() } });
    });
  }
  server.registerPrompt(
    'test_input_required_result_prompt',
    { description: 'Asks for context.' },
    async ({ mcpReq }) => {
      const answer = acceptedContent(mcpReq.inputResponses, 'user_context', userContext);
      if (answer) return { messages: [{ role: 'user', content: { type: 'text', text: answer.context } }] };
      const message = 'What context should the prompt use?';
      return inputRequired({
        inputRequests: { user_context: inputRequired.elicit({ message, requestedSchema: userContext }) },
      });
    },
  );
}

function registerOtherKinds(server: McpServer): void {
  server.registerTool('test_input_required_result_sampling', { description: 'Asks a model.' }, async ({ mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'capital_question');
    if (answer.kind === 'sampling') return textResult(JSON.stringify(answer.result.content));
    return inputRequired({ inputRequests: { capital_question: ask.model('What is the capital of France?') } });
  });
  server.registerTool(
    'test_input_required_result_list_roots',
    { description: 'Asks for roots.' },
    async ({ mcpReq }) => {
      const answer = inputResponse(mcpReq.inputResponses, 'client_roots');
      if (answer.kind === 'roots') return textResult(answer.roots.map(({ uri }) => uri).join(' '));
      return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
    },
  );
  server.registerTool('test_missing_capability', { description: 'Needs sampling.' }, async () =>
    inputRequired({ inputRequests: { question: ask.model('Are you there?') } }),
  );
  server.registerTool(
    'test_input_required_result_capabilities',
    { description: 'Asks what the client can.' },
    async ({ mcpReq }) => {
      const envelope: Record<string, unknown> = mcpReq.envelope ?? {};
      const { sampling, elicitation } = envelope[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities;
      return inputRequired({
        inputRequests: {
          ...(sampling && { question: ask.model('Are you there?') }),
          ...(elicitation && { user_name: ask.name() }),
        },
      });
    },
  );
}

function registerStateful(server: McpServer, state: RequestStateCodec<State>): void {
  for (const tool of ['test_input_required_result_request_state', 'test_input_required_result_tampered_state']) {
    server.registerTool(tool, { description: 'Asks for a confirmation.' }, async (ctx) => {
      const answer = acceptedContent(ctx.mcpReq.inputResponses, 'confirm', ok);
      if (answer && ctx.mcpReq.requestState<State>()) return textResult('state-ok');
      return inputRequired({ inputRequests: { confirm: ask.ok() }, requestState: await state.mint({}, ctx) });
    });
  }
  server.registerTool(
    'test_input_required_result_multiple_inputs',
    { description: 'Asks for it all.' },
    async (ctx) => {
      const { inputResponses } = ctx.mcpReq;
      const answer = acceptedContent(inputResponses, 'user_name', name);
      const greeting = inputResponse(inputResponses, 'greeting');
      const roots = inputResponse(inputResponses, 'client_roots');
      if (answer && greeting.kind === 'sampling' && roots.kind === 'roots' && ctx.mcpReq.requestState<State>()) {
        return { content: [text(answer.name), text(JSON.stringify(greeting.result.content))] };
      }
      return inputRequired({
        inputRequests: {
          user_name: ask.name(),
          greeting: ask.model('Generate a greeting'),
          client_roots: inputRequired.listRoots(),
        },
        requestState: await state.mint({}, ctx),
      });
    },
  );
  server.registerTool('test_input_required_result_multi_round', { description: 'Asks twice.' }, async (ctx) => {
    const { inputResponses } = ctx.mcpReq;
    const known = ctx.mcpReq.requestState<State>();
    const second = acceptedContent(inputResponses, 'step2', color);
    if (known?.name !== undefined && second) return textResult(`${known.name} likes ${second.color}.`);
    const first = acceptedContent(inputResponses, 'step1', name);
    if (known && first) {
      return inputRequired({ inputRequests: { step2: ask.color() }, requestState: await state.mint(first, ctx) });
    }
    const step1 = ask.name('Step 1: What is your name?');
    return inputRequired({ inputRequests: { step1 }, requestState: await state.mint({}, ctx) });
  });
}
