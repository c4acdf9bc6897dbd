import { text } from 'node:stream/consumers';
import { listen } from '../../local/listen.ts';

/** Keys by which it is seen whose identity a program took. */
export const KEYS = {
  environment: 'AKIAENVIRONMENT00001',
  container: 'ASIACONTAINER0000001',
  profile: 'AKIAPROFILE000000001',
  process: 'AKIAPROCESS000000001',
  role: 'ASIAROLE000000000001',
  webIdentity: 'ASIAWEBIDENTITY00001',
} as const;

/** A secret of a shape that no other text has. */
export const SECRET = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00';

export interface Asked {
  /** STS's, a container's, `GetRoleCredentials` of SSO, or `target` for the MCP server's own URL. */
  readonly operation: string;
  /** Whose key signed it; undefined where nothing was signed. */
  readonly keyId: string | undefined;
  readonly region: string | undefined;
}

export interface Identities {
  readonly origin: string;
  readonly asked: Asked[];
  /** In which a program finds STS, SSO and a container here. */
  readonly environment: Readonly<Record<string, string>>;
  /** Answers SSO so; 200 with credentials when undefined. */
  ssoRefusal: { readonly status: number; readonly type: string } | undefined;
  close(): Promise<void>;
}

/** STS, SSO, a container's credentials and a target on loopback: they tell who asked, and hand out identities. */
export async function startIdentities(): Promise<Identities> {
  const asked: Asked[] = [];
  const expiration = () => new Date(Date.now() + 3_600_000);
  const { origin, close } = await listen(async (request, response) => {
    const body = await text(request);
    const { pathname } = new URL(request.url ?? '', 'http://localhost');
    const [, keyId, region] = /Credential=([^/]+)\/\d{8}\/([^/]+)/.exec(request.headers.authorization ?? '') ?? [];
    const action = new URLSearchParams(body).get('Action');
    const operation =
      action ?? { '/container': 'container', '/federation/credentials': 'GetRoleCredentials' }[pathname];
    asked.push({ operation: operation ?? 'target', keyId, region });
    if (operation === 'container') {
      const credentials = { AccessKeyId: KEYS.container, SecretAccessKey: SECRET, Token: 'dG9rZW4' };
      return void response.end(JSON.stringify({ ...credentials, Expiration: expiration().toISOString() }));
    }
    if (operation === 'GetRoleCredentials') {
      const { ssoRefusal: refusal } = identities;
      response.writeHead(refusal?.status ?? 200, {
        'content-type': 'application/json',
        ...(refusal && { 'x-amzn-errortype': refusal.type }),
      });
      const roleCredentials = { accessKeyId: KEYS.role, secretAccessKey: SECRET, sessionToken: 'dG9rZW4' };
      const answer = { roleCredentials: { ...roleCredentials, expiration: expiration().getTime() } };
      return void response.end(JSON.stringify(refusal ? { message: 'no' } : answer));
    }
    if (action) {
      response.setHeader('content-type', 'text/xml');
      const key = action === 'AssumeRole' ? KEYS.role : KEYS.webIdentity;
      return void response.end(
        action === 'GetCallerIdentity'
          ? xml(action, '<Arn>arn:aws:iam::111122223333:user/u</Arn><UserId>U</UserId><Account>111122223333</Account>')
          : xml(
              action,
              `<Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>${SECRET}</SecretAccessKey>` +
                `<SessionToken>dG9rZW4</SessionToken><Expiration>${expiration().toISOString()}</Expiration></Credentials>` +
                '<AssumedRoleUser><AssumedRoleId>A:s</AssumedRoleId><Arn>arn:aws:sts::111122223333:assumed-role/r/s</Arn></AssumedRoleUser>',
            ),
      );
    }
    response.writeHead(403, { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' });
    response.end('{"Message":"Forbidden."}');
  });
  const identities: Identities = {
    origin,
    asked,
    environment: {
      AWS_ENDPOINT_URL_STS: origin,
      AWS_ENDPOINT_URL_SSO: origin,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${origin}/container`,
    },
    ssoRefusal: undefined,
    close,
  };
  return identities;
}

function xml(action: string, result: string): string {
  return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${result}</${action}Result></${action}Response>`;
}
