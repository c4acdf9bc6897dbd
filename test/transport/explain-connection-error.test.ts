import { describe, expect, it } from 'vitest';
import { ConnectionError, explainConnectionError } from '../../transport/connection-error.ts';

/** An error as Node's, undici's and OpenSSL's are shaped. */
const system = (code: string, more: object = {}, message = 'words') =>
  Object.assign(new Error(message), { code, ...more });
const thrown = (cause: unknown) => new TypeError('fetch failed', { cause });

type Fate = 'unsent' | 'unsent for good' | 'maybe sent';

describe('a failure is told by what it was, whether it was sent, and whether to try again', () => {
  it.each<[object, RegExp, Fate]>([
    [system('ENOTFOUND', { hostname: 'no.example' }), /^There is no host no\.example \(ENOTFOUND\).*typo/, 'unsent'],
    [system('EAI_AGAIN', { hostname: 'no.example' }), /^The name no\.example could not be looked up.*DNS/, 'unsent'],
    [system('ECONNREFUSED', { address: '127.0.0.1', port: 9 }), /^Nothing listens at 127\.0\.0\.1:9 .*runs/, 'unsent'],
    [system('ECONNREFUSED', { address: '/a/socket' }), /^Nothing listens at \/a\/socket /, 'unsent'],
    [system('ECONNREFUSED'), /^Nothing listens at the host /, 'unsent'],
    [system('UND_ERR_CONNECT_TIMEOUT'), /^No connection was made in time/, 'unsent'],
    [system('ETIMEDOUT', { syscall: 'connect' }), /^No connection was made in time/, 'unsent'],
    [system('ETIMEDOUT', { syscall: 'read' }), /^The server was silent for too long/, 'maybe sent'],
    [system('ETIMEDOUT'), /^The server was silent for too long/, 'maybe sent'],
    [system('UND_ERR_HEADERS_TIMEOUT'), /^The server was silent for too long/, 'maybe sent'],
    [system('UND_ERR_BODY_TIMEOUT'), /^The server was silent for too long/, 'maybe sent'],
    [
      system('EHOSTUNREACH', { syscall: 'connect', address: '10.0.0.1', port: 443 }),
      /^10\.0\.0\.1:443 cannot be reached/,
      'unsent',
    ],
    [system('ENETDOWN', { syscall: 'connect' }), /^The host cannot be reached from here/, 'unsent'],
    [system('EADDRNOTAVAIL', { syscall: 'connect' }), /cannot be reached/, 'unsent'],
    [system('ENETRESET', { syscall: 'getaddrinfo' }), /cannot be reached/, 'unsent'],
    [system('DEPTH_ZERO_SELF_SIGNED_CERT'), /not trusted: words .*NODE_EXTRA_CA_CERTS/, 'unsent for good'],
    [system('CERT_HAS_EXPIRED'), /not trusted/, 'unsent for good'],
    [system('ERR_TLS_CERT_ALTNAME_INVALID'), /not trusted/, 'unsent for good'],
    [system('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), /not trusted/, 'unsent for good'],
    [system('ERR_SSL_WRONG_VERSION_NUMBER'), /^TLS could not be set up.*speaks https/, 'unsent for good'],
    [system('EPROTO'), /^TLS could not be set up/, 'unsent for good'],
    [system('ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC'), /^The connection closed before the answer/, 'maybe sent'],
    [
      system('ECONNRESET', {}, 'Client network socket disconnected before secure TLS connection was established'),
      /^The connection closed before TLS was set up/,
      'unsent',
    ],
    [
      system('UND_ERR_ABORTED', {}, 'Proxy response (407) !== 200 when HTTP Tunneling'),
      /^The proxy refused.*407.*credentials/,
      'unsent for good',
    ],
    [system('UND_ERR_ABORTED', {}, 'Proxy response (502) !== 200'), /^The proxy refused.*502/, 'unsent'],
    [system('ERR_PROXY_TUNNEL', { statusCode: 503 }), /^The proxy refused.*503/, 'unsent'],
    [system('ENETDOWN', { syscall: 'read' }), /^The connection closed before the answer/, 'maybe sent'],
    [system('ERR_INVALID_CHAR'), /^The request could not be made/, 'unsent for good'],
    [system('UND_ERR_INVALID_ARG'), /^The request could not be made/, 'unsent for good'],
    [system('ECONNRESET'), /^The connection closed before the answer/, 'maybe sent'],
    [system('EPIPE'), /^The connection closed before the answer/, 'maybe sent'],
    [system('UND_ERR_SOCKET'), /^The connection closed before the answer/, 'maybe sent'],
  ])('%j', (cause, words, fate) => {
    for (const error of [thrown(cause), new TypeError('terminated', { cause }), cause]) {
      const explained = explainConnectionError(error) as ConnectionError;
      expect(explained).toBeInstanceOf(ConnectionError);
      expect(explained).toMatchObject({
        name: 'ConnectionError',
        code: (cause as { code: string }).code,
        message: expect.stringMatching(words),
        maybeSent: fate === 'maybe sent',
        transient: fate !== 'unsent for good',
        cause: error,
      });
      expect(explained.message).toContain(
        fate === 'maybe sent' ? 'The server may have run the request.' : 'Nothing was sent.',
      );
    }
  });

  it('with several addresses it is the first', () => {
    const attempts = [system('ECONNREFUSED', { address: '::1', port: 9 }), system('EHOSTUNREACH')];
    expect(explainConnectionError(thrown(new AggregateError(attempts)))).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('behind a proxy it is the cause of the cause', () => {
    const refused = new Error('tunnel', { cause: system('UND_ERR_ABORTED', {}, 'Proxy response (407) !== 200') });
    expect(explainConnectionError(thrown(refused))).toMatchObject({ message: expect.stringContaining('407') });
  });

  it('by the AWS SDK it is its limit on connecting', () => {
    const limit = new Error('@smithy/node-http-handler - the request did not establish a connection within 5 ms.');
    const explained = explainConnectionError(Object.assign(limit, { name: 'TimeoutError' }));
    expect(explained).toMatchObject({ code: 'ETIMEDOUT', maybeSent: false, transient: true });
  });
});

describe('anything else stays as it is', () => {
  it.each([
    ['a file’s error', system('ENOENT', { syscall: 'open' })],
    ['an error without a code', new Error('words')],
    ['an error whose code is no text', Object.assign(new Error('words'), { code: 5 })],
    ['a fetch that failed for no reason', new TypeError('fetch failed')],
    ['a fetch whose reason is no error', thrown('words')],
    ['an abort', Object.assign(system('ECONNRESET'), { name: 'AbortError' })],
    ['no error', 'ECONNRESET'],
    ['nothing', undefined],
    ['what is explained already', explainConnectionError(system('ECONNRESET'))],
  ])('%s', (_, error) => {
    expect(explainConnectionError(error)).toBe(error);
  });

  it('and an error that only has a cause', () => {
    const error = new Error('no credentials', { cause: system('ECONNREFUSED') });
    const explained = explainConnectionError(error);
    expect(explained === error || explained instanceof ConnectionError).toBe(true);
  });
});
