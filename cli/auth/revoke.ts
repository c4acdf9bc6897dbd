import { isString } from '../../wire/json.ts';
import type { ClientSettings } from './settings.ts';
import type { SignIn } from './sign-in-store.ts';

/**
 * Asks the issuer to take a sign-in's refresh token no more. An access token is good until it ends.
 *
 * Source: RFC 7009, section 2.1; Amazon Cognito Developer Guide, "Revoke endpoint".
 *
 * @returns why it could not; undefined when it did, or there was nothing to revoke
 */
export async function revoke(
  { metadata, client, refreshToken }: SignIn,
  { clientId, clientSecret }: ClientSettings,
  fetchFn: typeof fetch,
): Promise<string | undefined> {
  const { revocation_endpoint: endpoint } = metadata as Record<string, unknown>;
  if (refreshToken === undefined) return undefined;
  if (!isString(endpoint)) return 'the issuer has no place for it';
  const secret = client.client_secret ?? (clientId === client.client_id ? clientSecret : undefined);
  const basic = secret && `Basic ${Buffer.from(`${client.client_id}:${secret}`).toString('base64')}`;
  try {
    const response = await fetchFn(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...(basic && { authorization: basic }) },
      body: new URLSearchParams({
        token: refreshToken,
        token_type_hint: 'refresh_token',
        ...(!basic && { client_id: client.client_id }),
      }),
    });
    return response.ok ? undefined : `the issuer answered ${response.status}`;
  } catch (error) {
    return (error as Error).message.replace(/\.$/, '');
  }
}
