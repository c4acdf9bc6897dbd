import {
  CrossAppAccessProvider,
  DpopSession,
  type OAuthClientProvider,
  requestJwtAuthorizationGrant,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
} from '@modelcontextprotocol/client';

/** What the suite tells a client of a scenario. */
export type Context = Readonly<Record<string, string>>;

/** A provider, and where the browser came back to. */
export interface Provider {
  readonly provider: OAuthClientProvider;
  /** Parameters of the last redirect; taken once. */
  back(): URLSearchParams;
}

/** Each SDK line's own providers for machines. */
export interface Machines {
  readonly ClientCredentialsProvider: new (options: { clientId: string; clientSecret: string }) => unknown;
  readonly PrivateKeyJwtProvider: new (options: { clientId: string; privateKey: string; algorithm: string }) => unknown;
}

/** The client that the suite takes for one with a metadata document. */
const METADATA_URL = 'https://conformance-test.local/client-metadata.json';
const CALLBACK = 'http://localhost:33418/callback';

/** Who signs in in a scenario: a person, or a machine in one of the SDK's ways. */
export async function providerFor(scenario: string, context: Context, machines: Machines): Promise<Provider> {
  const machine = machineFor(scenario, context, machines);
  const nobody = () => {
    throw new Error('A machine is sent to no browser.');
  };
  return machine ? { provider: machine, back: nobody } : person(scenario, context);
}

function machineFor(scenario: string, context: Context, machines: Machines): OAuthClientProvider | undefined {
  const { ClientCredentialsProvider, PrivateKeyJwtProvider } = machines;
  const { client_id: clientId = '', client_secret: clientSecret = '' } = context;
  if (scenario === 'auth/client-credentials-basic') {
    return new ClientCredentialsProvider({ clientId, clientSecret }) as OAuthClientProvider;
  }
  if (scenario === 'auth/client-credentials-jwt') {
    const { private_key_pem: privateKey = '', signing_algorithm: algorithm = '' } = context;
    return new PrivateKeyJwtProvider({ clientId, privateKey, algorithm }) as OAuthClientProvider;
  }
  if (scenario !== 'auth/enterprise-managed-authorization') return undefined;
  const { idp_client_id = '', idp_id_token = '', idp_token_endpoint = '' } = context;
  return new CrossAppAccessProvider({
    clientId,
    clientSecret,
    async assertion({ authorizationServerUrl, resourceUrl, scope, fetchFn }) {
      const granted = await requestJwtAuthorizationGrant({
        tokenEndpoint: idp_token_endpoint,
        audience: authorizationServerUrl,
        resource: resourceUrl,
        idToken: idp_id_token,
        clientId: idp_client_id,
        ...(scope !== undefined && { scope }),
        fetchFn,
      });
      return granted.jwtAuthGrant;
    },
  });
}

async function person(scenario: string, { client_id, client_secret }: Context): Promise<Provider> {
  const clients = new Map<string | undefined, StoredOAuthClientInformation>();
  const tokens = new Map<string | undefined, StoredOAuthTokens>();
  const dpop = scenario.startsWith('auth/dpop') ? await DpopSession.create() : undefined;
  let verifier = '';
  let issuer: string | undefined;
  let discovered: Awaited<ReturnType<NonNullable<OAuthClientProvider['discoveryState']>>>;
  let back: URLSearchParams | undefined;
  const registered = client_id === undefined ? undefined : { client_id, ...(client_secret && { client_secret }) };
  return {
    back() {
      const taken = back;
      back = undefined;
      if (!taken) throw new Error('Nobody came back.');
      return taken;
    },
    provider: {
      redirectUrl: CALLBACK,
      ...(registered ? {} : { clientMetadataUrl: METADATA_URL }),
      clientMetadata: { client_name: 'lambda-mcp-conformance', redirect_uris: [CALLBACK] },
      ...(dpop && { dpop: () => dpop }),
      clientInformation: (ctx) => registered ?? clients.get(ctx?.issuer),
      saveClientInformation: (given, ctx) => void clients.set(ctx?.issuer, given),
      tokens: (ctx) => tokens.get(ctx?.issuer ?? issuer),
      saveTokens(given, ctx) {
        issuer = ctx?.issuer;
        tokens.set(issuer, given);
        // Good for one sign-in: a server may name another issuer by the next.
        discovered = undefined;
      },
      codeVerifier: () => verifier,
      saveCodeVerifier(given) {
        verifier = given;
      },
      discoveryState: () => discovered,
      saveDiscoveryState(given) {
        discovered = given;
      },
      async redirectToAuthorization(url) {
        // The suite's authorization server asks nobody.
        const response = await fetch(url, { redirect: 'manual' });
        const location = response.headers.get('location');
        if (location === null) throw new Error(`${url.pathname} answers ${response.status}.`);
        back = new URL(location).searchParams;
      },
    },
  };
}
