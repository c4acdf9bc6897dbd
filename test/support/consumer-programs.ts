/** What a user of each subpath would write, as TypeScript; by subpath. */
export const CONSUMER_PROGRAMS: Readonly<Record<string, string>> = {
  './fetch': `
    import { awsFetch, invokeFetch, sigv4Fetch, RequestTooLargeError, type SigV4FetchOptions } from 'lambda-mcp/fetch';
    const { AWS_REGION: region, AWS_PROFILE: profile } = process.env;
    const options: SigV4FetchOptions = { region, profile, retry: { attempts: 2 } };
    const fetches: (typeof fetch)[] = [awsFetch('tools'), invokeFetch('tools'), sigv4Fetch(options)];
    export const size = (error: unknown) => (error instanceof RequestTooLargeError ? error.limit : fetches.length);`,
  './transport': `
    import { Client } from '@modelcontextprotocol/client';
    import { LambdaInvokeClientTransport, SigV4ClientTransport } from 'lambda-mcp/transport';
    export const connect = (client: Client) =>
      Promise.all([
        client.connect(new SigV4ClientTransport('https://a.lambda-url.us-east-1.on.aws/')),
        client.connect(new LambdaInvokeClientTransport('tools', { region: 'us-east-1' })),
      ]);`,
  './transport/v1': `
    import { Client } from '@modelcontextprotocol/sdk/client/index.js';
    import { LambdaInvokeClientTransport, SigV4ClientTransport } from 'lambda-mcp/transport/v1';
    export const connect = (client: Client) =>
      Promise.all([
        client.connect(new SigV4ClientTransport('https://a.lambda-url.us-east-1.on.aws/')),
        client.connect(new LambdaInvokeClientTransport('tools', { region: 'us-east-1' })),
      ]);`,
  './server': `
    import { McpServer } from '@modelcontextprotocol/server';
    import { createLambdaHandler, type Caller } from 'lambda-mcp/server';
    import * as z from 'zod';
    const input = z.object({ name: z.string() });
    export const handler = createLambdaHandler(({ caller, request, lambda }) => {
      const who: Caller | undefined = caller;
      const server = new McpServer({ name: lambda?.functionName ?? 'tools', version: who?.accountId ?? request.url });
      server.registerTool('greet', { inputSchema: input }, async ({ name }) => ({ content: [{ type: 'text', text: name }] }));
      return server;
    });
    export const lowLevel = createLambdaHandler(async () => new McpServer({ name: 'n', version: '1' }).server);
    export const answer: Promise<Response> = handler.fetch(new Request('https://a.example/'), {});`,
  './server/v1': `
    import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
    import { createLambdaHandler as ofTheOtherLine } from 'lambda-mcp/server';
    import { createLambdaHandler } from 'lambda-mcp/server/v1';
    const makeServer = () => new McpServer({ name: 'n', version: '1' });
    export const handler = createLambdaHandler(makeServer, { deadlineMargin: 1 });
    export const other = ofTheOtherLine(makeServer);`,
  './server/fetch': `
    import { createLambdaHandler } from 'lambda-mcp/server/fetch';
    export const handler = createLambdaHandler({ fetch: async (request) => new Response(request.body) });`,
  './http': `
    import { type RunningServer, serve } from 'lambda-mcp/http';
    import { createLambdaHandler } from 'lambda-mcp/server/fetch';
    const handler = createLambdaHandler({ fetch: async (request) => new Response(request.body) });
    export const running: Promise<RunningServer> = serve(handler, { path: '/tools', host: process.env.HOST, stopTimeout: 1000 });`,
  './server/stdio': `
    import { createLambdaHandler } from 'lambda-mcp/server/stdio';
    export const handler = createLambdaHandler({ command: 'node', env: { TOKEN: process.env.TOKEN } }, { deadlineMargin: 1 });`,
  './oauth': `
    import { cognito, oidc } from 'lambda-mcp/oauth';
    import { createLambdaHandler } from 'lambda-mcp/server/fetch';
    const server = { fetch: async (request: Request) => new Response(request.body) };
    export const people = () => createLambdaHandler(server, { auth: cognito({ scopes: ['tools/call'], toolScopes: { deploy: ['tools/admin'] } }) });
    export const others = () => createLambdaHandler(server, { auth: oidc({ issuer: 'https://idp.example', audience: 'tools' }) });`,
  './local': `
    import { startLocalLambda, type LocalLambda } from 'lambda-mcp/local';
    export const start = (): Promise<LocalLambda> => startLocalLambda({ entry: 'server.ts' });`,
  './infra': `
    import { App, Stack } from 'aws-cdk-lib';
    import { McpAuditTrail, McpFunction } from 'lambda-mcp/infra';
    const stack = new Stack(new App());
    const tools = new McpFunction(stack, 'Tools', { entry: 'server.ts' });
    export const trail = new McpAuditTrail(stack, 'Audit', { functions: [tools] });`,
};
