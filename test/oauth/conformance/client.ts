/**
 * The client under test: the suite runs it once a scenario, as `node client.ts SDK WAY URL`.
 *
 * WAY is `auth`, where `awsFetch` sends the tokens that the SDK's functions got, or `authProvider`, where the stock client
 * signs in by itself and `awsFetch` carries what it sends.
 */
import * as v2 from '@modelcontextprotocol/client';
import * as v1Auth from '@modelcontextprotocol/sdk/client/auth.js';
import * as v1Machines from '@modelcontextprotocol/sdk/client/auth-extensions.js';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as V1Transport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { type AwsFetchOptions, awsFetch } from 'lambda-mcp/fetch';
import { CLIENT_INFO } from '../../conformance/client/suite-client.ts';
import { providerFor } from './provider.ts';

const [sdk, way, address = ''] = process.argv.slice(2);
const { MCP_CONFORMANCE_SCENARIO: scenario = '', MCP_CONFORMANCE_CONTEXT: context = '{}' } = process.env;
const url = new URL(address);
const { provider, back } = await providerFor(scenario, JSON.parse(context), sdk === 'v1' ? v1Machines : v2);

// The lines differ in types only, as far as this program goes.
const { auth, extractWWWAuthenticateParams } = sdk === 'v1' ? (v1Auth as unknown as typeof v2) : v2;
const Transport =
  sdk === 'v1' ? (V1Transport as unknown as typeof v2.StreamableHTTPClientTransport) : v2.StreamableHTTPClientTransport;
const UnauthorizedError = sdk === 'v1' ? v1Auth.UnauthorizedError : v2.UnauthorizedError;

/** Signs in by the SDK's functions, as whoever has no SDK's transport does. */
const tokens: NonNullable<AwsFetchOptions['auth']> = {
  token: async () => (await provider.tokens())?.access_token,
  async onUnauthorized({ response, serverUrl, fetchFn }) {
    const asked = { serverUrl, fetchFn, ...extractWWWAuthenticateParams(response) };
    if ((await auth(provider, asked)) === 'AUTHORIZED') return;
    await auth(provider, { ...asked, ...answer(back()) });
  },
};

function answer(params: URLSearchParams) {
  const iss = params.get('iss');
  return { authorizationCode: params.get('code') ?? '', ...(iss !== null && { iss }) };
}

function newTransport() {
  if (way === 'auth') return new Transport(url, { fetch: awsFetch(url, { auth: tokens }) });
  // No token of ours: what the SDK sends is sent.
  return new Transport(url, { fetch: awsFetch(url, { auth: { token: () => undefined } }), authProvider: provider });
}

function newClient(): v2.Client {
  if (sdk === 'v1') return new V1Client(CLIENT_INFO) as unknown as v2.Client;
  return new v2.Client(CLIENT_INFO, { versionNegotiation: { mode: 'auto' } });
}

let transport = newTransport();

/** A person's patience. */
const MOST_SIGN_INS = 3;
let signIns = 0;

/** Signs in as often as the stock transport says that somebody must. */
async function signedIn<T>(act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof UnauthorizedError) || ++signIns === MOST_SIGN_INS) throw error;
      const { authorizationCode, iss } = answer(back());
      await transport.finishAuth(authorizationCode, iss);
    }
  }
}

let client = newClient();
await signedIn(async () => {
  [client, transport] = [newClient(), newTransport()];
  await client.connect(transport);
});
const { tools } = await signedIn(() => client.listTools());
for (const { name } of tools) await signedIn(() => client.callTool({ name, arguments: {} }));
await client.close();
