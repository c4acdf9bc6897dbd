import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a program signs with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request that a program is to sign and send. */
export interface Call {
  readonly url: string;
  /** Without them the request goes out unsigned. */
  readonly as?: Credentials;
  /** @default 'POST' with a body, else 'GET' */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** @default 'us-east-1' */
  readonly region?: string;
  /** @default 'lambda' */
  readonly service?: string;
}

export interface Answer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The host's environment without what would change how a program signs, whom it signs as or where it sends. */
const environment: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^AWS_|_proxy$/i.test(name))),
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
};

/** Whether a program is there. */
export function works(command: string, args: readonly string[]): Promise<boolean> {
  return run(command, args, { env: environment }).then(
    () => true,
    () => false,
  );
}

/** curl. What it is to do goes in by stdin, where no other process can read the secret. */
export async function curl({ url, as, headers = {}, method, body, region, service }: Call): Promise<Answer> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  if (as?.sessionToken !== undefined) lines.push(`x-amz-security-token: ${as.sessionToken}`);
  const options: [name: string, value: string][] = [
    ['url', url],
    ...lines.map((line): [string, string] => ['header', line]),
  ];
  if (as) {
    options.push(['aws-sigv4', `aws:amz:${region ?? 'us-east-1'}:${service ?? 'lambda'}`]);
    options.push(['user', `${as.accessKeyId}:${as.secretAccessKey}`]);
  }
  if (method !== undefined) options.push(['request', method]);
  if (body !== undefined) options.push(['data-binary', body]);
  const config = options.map(([name, value]) => `${name} = "${value.replace(/["\\]/g, '\\$&')}"\n`).join('');
  const running = run('curl', ['-sSig', '--max-time', '20', '--config', '-'], { env: environment });
  running.child.stdin?.end(config);
  return parseAnswer((await running).stdout);
}

function parseAnswer(text: string): Answer {
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(lines.map((line) => [line.split(':')[0]?.toLowerCase(), line.replace(/^.*?: */, '')])),
    body: text.slice(end + 4),
  };
}

const BOTOCORE = `
import datetime, json, sys
from functools import cache
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session
from botocore.session import Session

def answer(given):
    print(json.dumps(given), flush=True)

@cache
def client(endpoint, key_id, secret, token):
    return Session().create_client(
        'lambda', region_name='us-east-1', endpoint_url=endpoint, config=Config(retries={'total_max_attempts': 1}),
        aws_access_key_id=key_id, aws_secret_access_key=secret, aws_session_token=token)

def order(name, given, key):
    aws_lambda = client(given['endpoint'], key['accessKeyId'], key['secretAccessKey'], key.get('sessionToken'))
    try:
        getattr(aws_lambda, name)(**given['parameters'])
        answer({})
    except ClientError as error:
        answer({'error': error.response['Error']['Code']})

http = URLLib3Session()
for line in sys.stdin:
    call = json.loads(line)
    if 'order' in call:
        order(call['order'], call, call['as'])
        continue
    body = call.get('body')
    request = AWSRequest(call.get('method') or ('GET' if body is None else 'POST'), call['url'],
                         headers=call.get('headers'), data=None if body is None else body.encode())
    key = call.get('as')
    if key:
        credentials = Credentials(key['accessKeyId'], key['secretAccessKey'], key.get('sessionToken'))
        auth = SigV4Auth(credentials, call.get('service') or 'lambda', call.get('region') or 'us-east-1')
        ahead = call.get('clockAhead')
        if ahead is None:
            auth.add_auth(request)
        else:
            # add_auth, but for where it takes the time from.
            now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=ahead)
            request.context['timestamp'] = now.strftime('%Y%m%dT%H%M%SZ')
            auth._modify_request_before_signing(request)
            text = auth.string_to_sign(request, auth.canonical_request(request))
            auth._inject_signature_to_request(request, auth.signature(text, request))
    response = http.send(request.prepare())
    headers = {name.lower(): value for name, value in response.headers.items()}
    answer({'status': response.status_code, 'headers': headers, 'body': response.content.decode()})
`;

export interface Botocore {
  /** @param clockAhead seconds by which the signer's clock is ahead */
  call(call: Call, clockAhead?: number): Promise<Answer>;
  /**
   * Calls an operation of the Lambda API.
   *
   * @param operation as botocore's client names it, such as `add_permission`
   * @returns the code of the error that Lambda answered, if it did
   */
  order(
    operation: string,
    parameters: object,
    to: { readonly endpoint: string; readonly as: Credentials },
  ): Promise<{ readonly error?: string }>;
  close(): Promise<void>;
}

/** botocore, in one Python process: it takes longer to start than to sign. One call at a time. */
export function startBotocore(): Botocore {
  const python = spawn('python3', ['-c', BOTOCORE], { env: environment, stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = once(python, 'exit');
  const answers = createInterface(python.stdout)[Symbol.asyncIterator]();
  async function ask(question: object) {
    python.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await answers.next();
    if (done) throw new Error('botocore failed: its traceback is above.');
    return JSON.parse(value);
  }
  return {
    call: (call, clockAhead) => ask({ ...call, clockAhead }),
    order: (operation, parameters, to) => ask({ order: operation, parameters, ...to }),
    async close() {
      python.stdin.end();
      await gone;
    },
  };
}

export interface AwsCliOptions {
  readonly endpoint: string;
  readonly as: Credentials;
  /** @default 'us-east-1' */
  readonly region?: string;
}

export interface AwsCliAnswer {
  /** What it printed. */
  readonly output: string;
  /** The error that Lambda answered, as the CLI tells it. */
  readonly error?: { readonly type: string; readonly operation: string; readonly message: string };
}

/** `aws lambda …` */
export async function awsLambda(
  args: readonly string[],
  { endpoint, as, region = 'us-east-1' }: AwsCliOptions,
): Promise<AwsCliAnswer> {
  const env = {
    ...environment,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: as.accessKeyId,
    AWS_SECRET_ACCESS_KEY: as.secretAccessKey,
    ...(as.sessionToken !== undefined && { AWS_SESSION_TOKEN: as.sessionToken }),
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
  };
  try {
    const { stdout } = await run('aws', ['--endpoint-url', endpoint, '--output', 'json', 'lambda', ...args], { env });
    return { output: stdout };
  } catch (failure) {
    const { stdout = '', stderr = '' } = failure as { stdout?: string; stderr?: string };
    const told = /An error occurred \((\w+)\) when calling the (\w+) operation[^:]*: (.*)/s.exec(stderr);
    if (!told) throw failure;
    const [, type = '', operation = '', message = ''] = told;
    return { output: stdout, error: { type, operation, message: message.trim() } };
  }
}
