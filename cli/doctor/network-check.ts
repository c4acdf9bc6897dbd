import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { caBundle } from '../../transport/network/ca-bundle.ts';
import { proxyOf } from '../../transport/network/proxy-of.ts';
import { Tunnel } from '../../transport/network/tunnel.ts';
import { markOfConnecting } from '../../transport/unsent-errors.ts';
import { ExitCode } from '../exit-code.ts';
import { explainError } from '../explain-error.ts';
import { type Finding, fail, pass, unknown, withFacts } from './finding.ts';

/** Behind a proxy, names and hosts need not be reached from here: what goes through it tells. */
const ASK_THE_PROXY = 'The requests go through the proxy of HTTPS_PROXY, which may reach it.';

function tunnelTo(url: URL): Tunnel | undefined {
  const proxy = proxyOf(url, true);
  return proxy && new Tunnel({ proxy, isDirect: () => false, ca: caBundle() });
}

function isOfProxy(error: unknown): boolean {
  return (error as { proxy?: string }).proxy !== undefined;
}

/** Which proxy is between, and whether it lets through. */
export async function checkProxy(url: URL, timeout: number): Promise<Finding> {
  try {
    const tunnel = tunnelTo(url);
    if (!tunnel) return pass('proxy', 'none: the host is reached without one');
    (await tunnel.open(url, timeout, false)).destroy();
    return pass('proxy', `${tunnel.proxy.host} lets through to ${url.host}`);
  } catch (error) {
    const { message, exitCode } = explainError(error);
    const [detail = '', advice] = message.split(/(?<=\.) (?=Check|Write|Set)/);
    // Without a proxy's name there is no way to go on.
    return fail('proxy', detail, advice, isOfProxy(error) ? exitCode : ExitCode.usage);
  }
}

/** Whether the host's name is known, and where it leads. */
export async function checkDns(url: URL): Promise<Finding> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  try {
    const addresses = await lookup(host, { all: true });
    const shown = addresses.slice(0, 3).map(({ address }) => address);
    const more = addresses.length > shown.length ? ` and ${addresses.length - shown.length} more` : '';
    return pass('dns', `${host} is ${shown.join(', ')}${more}`);
  } catch (error) {
    const { message } = explainError(error);
    if (proxyOf(url, true)) return unknown('dns', `${message} ${ASK_THE_PROXY}`);
    const advice = 'If the name is right, its function URL was deleted, or your DNS is cut off.';
    return fail('dns', message, advice, ExitCode.unreachable);
  }
}

/** Whether a connection is made, and the certificate trusted. */
export async function checkTls(url: URL, timeout: number): Promise<Finding> {
  if (url.protocol === 'http:') return pass('tls', 'none: plain http, which does not leave this machine');
  try {
    const socket = (await (tunnelTo(url)?.open(url, timeout) ?? handshake(url, timeout))) as TLSSocket;
    const { valid_to: validTo, issuer } = socket.getPeerCertificate();
    const protocol = socket.getProtocol();
    socket.destroy();
    const days = Math.floor((Date.parse(validTo) - Date.now()) / 86_400_000);
    const detail = `${protocol}, certificate of ${issuer?.O ?? issuer?.CN ?? 'an unnamed issuer'}, ${days} days left`;
    return withFacts(pass('tls', detail), { certificateDaysLeft: days });
  } catch (error) {
    const { message, exitCode } = explainError(error);
    // The proxy's own step has said it.
    if (isOfProxy(error)) return unknown('tls', message);
    const [detail = '', advice] = message.split(/(?<=\.) (?=Check|Behind)/);
    return fail('tls', detail, advice, exitCode === ExitCode.failed ? ExitCode.unreachable : exitCode);
  }
}

function handshake(url: URL, timeout: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const named = isIP(host) === 0 ? { servername: host } : {};
    const socket = connect({ host, port: Number(url.port || 443), ALPNProtocols: ['http/1.1'], ...named });
    socket.setTimeout(timeout, () => {
      socket.destroy();
      reject(markOfConnecting(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' })));
    });
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', (error) => reject(markOfConnecting(error)));
  });
}
