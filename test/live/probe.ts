import { setTimeout as sleep } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/server';
import { createLambdaHandler, type LambdaStreamHandler } from 'lambda-mcp/server';
import { createLambdaHandler as createFetchHandler } from 'lambda-mcp/server/fetch';
import * as z from 'zod';

type Handled = Parameters<LambdaStreamHandler>;

declare const awslambda: {
  streamifyResponse(handler: LambdaStreamHandler): LambdaStreamHandler;
  HttpResponseStream: { from(stream: Handled[1], prelude: object): Handled[1] };
};

const mcp = createLambdaHandler(({ caller }) => {
  const server = new McpServer({ name: 'live', version: '1.0.0' });
  server.registerTool('whoami', { description: 'The caller’s ARN' }, async () => text(caller?.arn ?? 'unverified'));
  server.registerTool(
    'steps',
    { description: 'Three steps, half a second each', inputSchema: z.object({}) },
    async (_, { mcpReq }) => {
      const { progressToken } = mcpReq._meta ?? {};
      for (let progress = 1; progress <= 3; progress += 1) {
        await sleep(500);
        if (progressToken === undefined) continue;
        await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 3 } });
      }
      return text('done');
    },
  );
  return server;
});

/** Responses by our own writer, as a fetch-shaped server gives them. */
const responses = createFetchHandler({
  async fetch(request) {
    const query = new URL(request.url).searchParams;
    const status = Number(query.get('status'));
    const headers = { 'x-live': 'yes', ...(status === 401 && { 'www-authenticate': 'Live realm="x"' }) };
    if (query.get('probe') === 'status') return new Response(null, { status, headers });
    const late = new ReadableStream({
      async start(controller) {
        await sleep(2000);
        controller.enqueue(Buffer.from('late'));
        controller.close();
      },
    });
    return new Response(late, { status: 200, headers });
  },
});

/** What the function is told of a request; no header's value, since one is a token. */
function describe(event: Handled[0], context: Handled[2]): object {
  const { requestContext, headers, body = '', isBase64Encoded } = event;
  return {
    awsRequestId: context.awsRequestId,
    requestIdsAreEqual: requestContext.requestId === context.awsRequestId,
    userArn: requestContext.authorizer?.iam?.userArn,
    headers: Object.keys(headers),
    query: event.queryStringParameters ?? {},
    bodyBytes: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').byteLength,
  };
}

export const handler = awslambda.streamifyResponse(async (event, stream, context) => {
  const { probe, id } = event.queryStringParameters ?? {};
  const from = (statusCode: number) =>
    awslambda.HttpResponseStream.from(stream, { statusCode, headers: { 'content-type': 'application/json' } });
  switch (probe) {
    case 'event': {
      const answer = from(200);
      answer.write(JSON.stringify(describe(event, context)));
      return void answer.end();
    }
    case 'end alone':
      return void from(202).end();
    case 'throw':
      throw new Error('before the first byte');
    case 'cut':
      from(200).write('begun');
      await sleep(500);
      throw new Error('after the first byte');
    case 'linger':
      from(200).write('begun');
      await sleep(2000);
      console.log(`lingered ${id}`);
      return void stream.end();
    case 'status':
    case 'late':
      return responses(event, stream, context);
    default:
      return mcp(event, stream, context);
  }
});

function text(value: string) {
  return { content: [{ type: 'text' as const, text: value }] };
}
