import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type RequestListener, request as sendHttp } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { RequestError, Server } from 'proxy-chain';
import type { TestLambda } from './lambda.ts';
import { newPath } from './scratch.ts';

export const FUNCTION_URL = 'https://abc.lambda-url.us-east-1.on.aws/';
const HOSTS = [
  'abc.lambda-url.us-east-1.on.aws',
  'lambda.us-east-1.amazonaws.com',
  'sts.us-east-1.amazonaws.com',
  'portal.sso.us-east-1.amazonaws.com',
];

/** A network that is left only by a CONNECT proxy, which inspects TLS: AWS's hosts are answered behind it. */
export interface CorporateNetwork extends AsyncDisposable {
  /** `http://USER:PASSWORD@127.0.0.1:PORT` */
  readonly proxy: string;
  readonly password: string;
  /** File of the inspecting CA; PEM. */
  readonly ca: string;
  /** Whom the proxy was asked for, `HOST:PORT`, one for each tunnel. */
  readonly asked: string[];
  /** Config files, whose profiles `role` and `sso` get the agent's credentials from STS and from IAM Identity Center. */
  readonly home: string;
  /** What each CONNECT is refused with, while it is set. */
  refuse(status: number | undefined): void;
}

export async function startCorporateNetwork(lambda: TestLambda): Promise<CorporateNetwork> {
  const folder = newPath();
  mkdirSync(folder);
  const tls = createCertificates(folder);
  const inspecting = createServer(tls, answerAs(lambda));
  const asked: string[] = [];
  const password = 'a%20long%2Fsecret';
  let refused: number | undefined;
  const server = new Server({
    host: '127.0.0.1',
    port: 0,
    prepareRequestFunction({ hostname, port, username, password: given }) {
      const isKnown = username === 'agent' && given === decodeURIComponent(password);
      if (!isKnown) return { requestAuthentication: true };
      if (refused !== undefined) throw new RequestError('No.', refused);
      asked.push(`${hostname}:${port}`);
      return { customConnectServer: inspecting };
    },
  });
  await server.listen();
  return {
    proxy: `http://agent:${password}@127.0.0.1:${server.port}`,
    password,
    ca: join(folder, 'ca.pem'),
    asked,
    home: writeConfig(folder),
    refuse: (status) => {
      refused = status;
    },
    async [Symbol.asyncDispose]() {
      await server.close(true);
    },
  };
}

function createCertificates(folder: string): { key: Buffer; cert: Buffer } {
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const names = HOSTS.map((host) => `DNS:${host}`).join();
  writeFileSync(join(folder, 'ext'), `subjectAltName=${names}\n`);
  const key = ['-newkey', 'rsa:2048', '-nodes'];
  run('req', '-x509', ...key, '-days', '1', '-subj', '/CN=Corp CA', '-keyout', 'ca.key', '-out', 'ca.pem');
  run('req', ...key, '-subj', '/CN=inspected', '-keyout', 'key', '-out', 'csr');
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1', '-extfile', 'ext'];
  run('x509', '-req', '-in', 'csr', ...signed, '-out', 'cert');
  return { key: readFileSync(join(folder, 'key')), cert: readFileSync(join(folder, 'cert')) };
}

/** The local Lambda as AWS's hosts; STS and IAM Identity Center hand out the agent's credentials. */
function answerAs({ functionUrl, lambdaEndpoint, agent }: TestLambda): RequestListener {
  return (request, response) => {
    const { host = '' } = request.headers;
    if (host.startsWith('sts.')) {
      return response.writeHead(200, { 'content-type': 'text/xml' }).end(
        `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
        <AccessKeyId>${agent.accessKeyId}</AccessKeyId><SecretAccessKey>${agent.secretAccessKey}</SecretAccessKey>
        <SessionToken>${agent.sessionToken}</SessionToken><Expiration>${inAnHour().toISOString()}</Expiration>
        </Credentials></AssumeRoleResult></AssumeRoleResponse>`,
      );
    }
    if (host.startsWith('portal.sso.')) {
      const { accessKeyId, secretAccessKey, sessionToken } = agent;
      const roleCredentials = { accessKeyId, secretAccessKey, sessionToken, expiration: inAnHour().getTime() };
      return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ roleCredentials }));
    }
    const to = new URL(request.url ?? '/', host.startsWith('lambda.') ? lambdaEndpoint : functionUrl);
    const { method, headers } = request;
    const sent = sendHttp(to, { method, headers, setHost: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(sent.on('error', () => response.destroy()));
  };
}

function inAnHour(): Date {
  return new Date(Date.now() + 3_600_000);
}

function writeConfig(folder: string): string {
  const home = join(folder, 'home');
  mkdirSync(join(home, '.aws/sso/cache'), { recursive: true });
  writeFileSync(
    join(home, '.aws/config'),
    `[profile base]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = secret
[profile role]
role_arn = arn:aws:iam::111122223333:role/agent
source_profile = base
region = us-east-1
[profile sso]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = agent
region = us-east-1
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
`,
  );
  const token = { startUrl: 'https://corp.awsapps.com/start', region: 'us-east-1', accessToken: 't' };
  const file = hash('sha1', 'corp');
  writeFileSync(
    join(home, `.aws/sso/cache/${file}.json`),
    JSON.stringify({ ...token, expiresAt: inAnHour().toISOString() }),
  );
  return home;
}
