import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { CLI } from './cli.ts';

// biome-ignore lint/suspicious/noExplicitAny: whatever the proxy writes
export type Message = any;

/** A running `lambda-mcp proxy`, spoken to line by line. */
export interface ProxyProcess extends AsyncDisposable {
  readonly child: ChildProcessWithoutNullStreams;
  /** All lines that it wrote, as they were. */
  readonly lines: string[];
  /** What it wrote to stderr. */
  readonly stderr: () => string;
  send(message: object | string): void;
  /** Sends a request, and waits for the message with its id. */
  request(method: string, params?: object, id?: string | number): Promise<Message>;
  /** Waits for the message with an id. */
  answer(id: string | number | null): Promise<Message>;
  /** Ends its input, and waits for its end. */
  end(): Promise<number | null>;
}

export function startProxy(args: readonly string[], env: Readonly<Record<string, string>>): ProxyProcess {
  const child = spawn(process.execPath, [CLI, 'proxy', ...args], { env });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let stderr = '';
  let nextId = 1000;
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  child.stdin.on('error', () => {});
  const closed = once(child, 'close');

  const proxy: ProxyProcess = {
    child,
    lines,
    stderr: () => stderr,
    send(message) {
      child.stdin.write(`${typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    },
    async request(method, params, id = nextId) {
      nextId += 1;
      proxy.send({ id, method, ...(params && { params }) });
      return proxy.answer(id);
    },
    answer: (id) =>
      new Promise((fulfil, reject) => {
        const look = () => {
          const found = lines
            .map((line) => JSON.parse(line))
            .find((each) => each.id === id && each.method === undefined);
          if (!found) return;
          waiting.delete(look);
          fulfil(found);
        };
        waiting.add(look);
        look();
        closed.then(() => reject(new Error(`The proxy ended without an answer to ${id}. It said: ${stderr}`)));
      }),
    async end() {
      child.stdin.end();
      const [code] = await closed;
      return code as number | null;
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await closed;
    },
  };
  return proxy;
}

/** The params of a request of revision 2026-07-28. */
export function modern(params: object = {}): object {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return { ...params, _meta };
}
