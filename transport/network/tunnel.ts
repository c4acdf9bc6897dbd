import { EventEmitter } from 'node:events';
import type { ClientRequest } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { markOfConnecting } from '../unsent-errors.ts';

export interface TunnelOptions {
  readonly proxy: URL;
  /** Whether a host goes without the proxy all the same. */
  readonly isDirect: (url: URL) => boolean;
  readonly ca?: string[] | undefined;
  readonly maxSockets?: number | undefined;
}

type ConnectOptions = Parameters<HttpsProxyAgent<string>['connect']>[1];

/** An agent of Node's whose connections go through a proxy. What the proxy itself answers is never taken for AWS's. */
export class Tunnel extends HttpsProxyAgent<string> {
  readonly #isDirect: TunnelOptions['isDirect'];
  readonly #ca: { readonly ca?: string[] };

  constructor({ proxy, isDirect, ca, maxSockets = Number.POSITIVE_INFINITY }: TunnelOptions) {
    super(proxy, { keepAlive: true, maxSockets, ...(ca && { ca }) });
    this.#isDirect = isDirect;
    this.#ca = ca ? { ca } : {};
  }

  override async connect(request: ClientRequest, given: ConnectOptions): Promise<Socket> {
    const options = { ...given, ...this.#ca } as ConnectOptions;
    const { host = '', port, secureEndpoint } = options;
    const shownHost = host.includes(':') ? `[${host}]` : host;
    if (this.#isDirect(new URL(`${secureEndpoint ? 'https' : 'http'}://${shownHost}:${port}`))) {
      return secureEndpoint ? connectTls(options) : connectTcp(options);
    }
    let status = 0;
    request.once('proxyConnect', ({ statusCode }: { statusCode: number }) => {
      status = statusCode;
    });
    const socket = await super.connect(request, options).catch(({ code }: NodeJS.ErrnoException) => {
      throw this.#failure({ code: code ?? 'ERR_PROXY_CLOSED' });
    });
    if (status === 200) return socket;
    socket.destroy();
    throw this.#failure({ code: 'ERR_PROXY_TUNNEL', statusCode: status });
  }

  /** A connection, by default with TLS, ready to be written to. Gives up after `timeout` milliseconds; 0 does not. */
  async open({ hostname, port }: Pick<URL, 'hostname' | 'port'>, timeout: number, secure = true): Promise<Socket> {
    const host = hostname.replace(/^\[|\]$/g, '');
    const wanted = { host, port: Number(port || 443), secureEndpoint: secure, ALPNProtocols: ['http/1.1'] };
    const connected = this.connect(new EventEmitter() as ClientRequest, wanted as ConnectOptions);
    const connecting = secure ? connected.then(secured) : connected;
    if (!timeout) return connecting;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        connecting.then((socket) => socket.destroy()).catch(() => {});
        reject(this.#failure({ code: 'ETIMEDOUT' }));
      }, timeout);
    });
    return Promise.race([connecting, late]).finally(() => clearTimeout(timer));
  }

  #failure(details: { readonly code: string; readonly statusCode?: number }): Error {
    return markOfConnecting(
      Object.assign(new Error('The proxy gave no connection.'), details, { proxy: this.proxy.host }),
    );
  }
}

function secured(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
    socket.once('secureConnect', () => {
      socket.removeAllListeners('close').removeListener('error', reject);
      socket.setNoDelay(true).setKeepAlive(true, 60_000);
      resolve(socket);
    });
  });
}
