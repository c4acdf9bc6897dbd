// An agent that has the transport's `fetch` alone: one request to the function, and one to a port where nobody listens.
import { sigv4Fetch } from 'lambda-mcp/fetch';

/** @param {Record<string, string | undefined>} settings */
export async function ask({ FUNCTION_URL, NOBODY, ACCESS_KEY, SECRET_KEY, SESSION_TOKEN, REGION }) {
  const credentials = { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY, sessionToken: SESSION_TOKEN };
  const fetch = sigv4Fetch({ credentials, region: REGION, service: 'lambda', retry: { attempts: 2, baseDelay: 1 } });
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'greet', arguments: { name: 'Ada' } },
    }),
  };
  const served = await fetch(FUNCTION_URL, request);
  const text = await served.text();
  const error = await fetch(NOBODY, request).catch((/** @type {unknown} */ thrown) => thrown);

  return `${served.status} ${text.match(/Hello, Ada!?/)?.[0]}; ${error.name}, maybeSent ${error.maybeSent}, transient ${error.transient}`;
}
