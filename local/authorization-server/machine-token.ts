import { asRecord } from '../../wire/json.ts';
import type { AuthorizationServer } from './start.ts';

/** An access token of the machine's client, by client credentials. */
export async function machineToken({ domain, clients }: AuthorizationServer): Promise<string> {
  const { clientId, clientSecret } = clients.machine;
  const response = await fetch(`${domain}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token } = asRecord(await response.json());
  return String(access_token);
}
