import { buffer } from 'node:stream/consumers';
import { listen } from '../../local/listen.ts';

/**
 * Refuses every signature, and repeats in its message what it read of the request: as API Gateway does, with "The
 * Canonical String for this request should have been …".
 */
export function startEchoingServer() {
  return listen(async (request, response) => {
    const body = await buffer(request);
    const lines = Object.entries(request.headers).map(([name, value]) => `${name}:${value}`);
    const canonical = `${request.method}\n${request.url}\n\n${lines.join('\n')}\n\n${body.toString('latin1')}`;
    const Message =
      'The request signature we calculated does not match the signature you provided. The Canonical String for this ' +
      `request should have been\n'${canonical}'`;
    response.writeHead(403, { 'content-type': 'application/json', 'x-amzn-errortype': 'InvalidSignatureException' });
    response.end(JSON.stringify({ Message, message: Message }));
  });
}
