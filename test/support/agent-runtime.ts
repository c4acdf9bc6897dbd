import { readIncoming } from '../../local/http-io.ts';
import { listen } from '../../local/listen.ts';
import { verifySigV4 } from '../../local/sigv4/verify.ts';
import { credentials } from './signed-server.ts';

export const RUNTIME_ARN = 'arn:aws:bedrock-agentcore:us-east-1:111122223333:runtime/tools-Ab3dE5fG7h';

/** What a session's id must be. */
const SESSION_ID = /^.{33,256}$/;

export interface AgentRuntimeOptions {
  /** The server in the runtime. */
  readonly server: (request: Request) => Promise<Response>;
  /** Headers that do not reach it. */
  readonly drops?: readonly string[];
  /** Who is let in: whoever signs, nobody, or whoever brings a token. @default 'iam' */
  readonly inbound?: 'iam' | 'nobody' | 'jwt';
}

/**
 * What AgentCore's documentation says of an agent runtime for MCP: SigV4 for `bedrock-agentcore`, the ARN as one segment of
 * the path, a session for who names none, a refusal with the action's name.
 */
export async function startAgentRuntime({ server, drops = [], inbound = 'iam' }: AgentRuntimeOptions) {
  const sessions: (string | undefined)[] = [];
  const qualifiers: (string | null)[] = [];
  const { origin, close } = await listen(async (request, response) => {
    const incoming = await readIncoming(request, 10 * 1024 * 1024);
    if (!incoming) return void response.writeHead(413).end();
    const url = new URL(incoming.target, 'http://runtime');
    const refuse = (status: number, type: string, message: string) => {
      response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
      response.end(JSON.stringify({ message }));
    };
    if (url.pathname !== `/runtimes/${encodeURIComponent(RUNTIME_ARN)}/invocations`) {
      return refuse(404, 'ResourceNotFoundException', 'No endpoint or agent found.');
    }
    if (inbound === 'jwt') {
      const metadata = `${origin}${url.pathname}/.well-known/oauth-protected-resource${url.search}`;
      response.writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${metadata}"` });
      return void response.end();
    }
    const verified = verifySigV4(incoming, {
      findAccessKey: (id) => (id === credentials.accessKeyId ? credentials : undefined),
      region: 'us-east-1',
      service: 'bedrock-agentcore',
      now: new Date(),
    });
    if (!verified.ok) return refuse(403, verified.refusal.errorType, verified.refusal.message);
    if (inbound === 'nobody') {
      const who = 'arn:aws:sts::111122223333:assumed-role/agent/session';
      const what = `bedrock-agentcore:InvokeAgentRuntime on resource: ${RUNTIME_ARN}`;
      return refuse(403, 'AccessDeniedException', `User: ${who} is not authorized to perform: ${what}`);
    }
    const headers = new Headers(request.headers as Record<string, string>);
    const sessionId = headers.get('mcp-session-id') ?? undefined;
    sessions.push(sessionId);
    qualifiers.push(url.searchParams.get('qualifier'));
    if (sessionId !== undefined && !SESSION_ID.test(sessionId)) return refuse(400, 'ValidationException', 'sessionId');
    headers.set('mcp-session-id', sessionId ?? crypto.randomUUID());
    for (const name of ['authorization', 'host', 'content-length', 'connection', ...drops]) headers.delete(name);
    const { method } = incoming;
    const answer = await server(
      new Request('http://127.0.0.1:8000/mcp', { method, headers, ...(method === 'POST' && { body: incoming.body }) }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  return {
    origin,
    /** The id that each request named. */
    sessions,
    qualifiers,
    [Symbol.asyncDispose]: close,
  };
}
