import type { Row } from '../section.ts';

/** What a fresh process runs, one for each stage; none where there is no such stage. */
export interface Programs extends Pick<Row, 'name' | 'role'> {
  readonly import?: string;
  /** The import, and a request signed and handed to a stub in place of `fetch`. */
  readonly sign?: string;
  /** The import, and an invocation, up to the refusal of a port that nobody listens on. */
  readonly invoke?: string;
}

/** Nobody listens on the port "discard". */
export const REFUSING_ENDPOINT = 'http://127.0.0.1:9';
const KEYS = `{ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }`;
const FUNCTION = 'arn:aws:lambda:us-east-1:111122223333:function:mcp';
const REQUEST = `
  const message = JSON.stringify({ method: 'tools/call', params: { name: 'a', arguments: {} }, jsonrpc: '2.0', id: 1 });
  const url = 'https://abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.on.aws/';
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: message };
  globalThis.fetch = async () => Response.json({ jsonrpc: '2.0', id: 1, result: {} });`;
const SCOPE = `region: 'us-east-1', service: 'lambda'`;
const ignoreRefusal = (call: string) => `await ${call}.then(() => { throw new Error('Who answered?'); }, () => {});`;

const ours = `const { sigv4Fetch, invokeFetch } = await import('lambda-mcp/fetch');`;
const awslabs = `const { createSigV4Fetch, LambdaFunctionClientTransport } = await import('@aws/run-mcp-servers-with-aws-lambda');`;
const aws4fetch = `const { AwsClient } = await import('aws4fetch');`;
const smithy = `const [{ SignatureV4 }, { Sha256 }] = await Promise.all([import('@smithy/signature-v4'), import('@aws-crypto/sha256-js')]);`;
const awsSdk = `const { LambdaClient, InvokeWithResponseStreamCommand } = await import('@aws-sdk/client-lambda');`;

export const PROGRAMS: readonly Programs[] = [
  {
    name: '`lambda-mcp/fetch`',
    role: 'ours',
    import: ours,
    sign: `${ours}${REQUEST} await (await sigv4Fetch({ credentials: ${KEYS} })(url, init)).text();`,
    invoke: `${ours}${REQUEST}
      const invoke = invokeFetch('${FUNCTION}', { credentials: ${KEYS}, endpoint: '${REFUSING_ENDPOINT}', retry: { attempts: 1 } });
      ${ignoreRefusal('invoke(url, init)')}`,
  },
  {
    name: '`@aws/run-mcp-servers-with-aws-lambda`',
    role: 'peer',
    import: awslabs,
    sign: `${awslabs}${REQUEST}
      const signed = createSigV4Fetch({ credentials: ${KEYS}, ${SCOPE}, baseFetch: (...args) => fetch(...args) });
      await (await signed(url, init)).text();`,
    invoke: `${awslabs}
      const transport = new LambdaFunctionClientTransport({ functionName: '${FUNCTION}', regionName: 'us-east-1' });
      await transport.send({ jsonrpc: '2.0', id: 1, method: 'ping' });`,
  },
  {
    name: '`aws4fetch`',
    role: 'peer',
    import: aws4fetch,
    sign: `${aws4fetch}${REQUEST} await (await new AwsClient({ ...${KEYS}, ${SCOPE} }).fetch(url, init)).text();`,
  },
  {
    name: '`@smithy/signature-v4` and `sha256-js`',
    role: 'peer',
    import: smithy,
    sign: `${smithy}${REQUEST}
      const signer = new SignatureV4({ credentials: ${KEYS}, ${SCOPE}, sha256: Sha256 });
      const { protocol, hostname, pathname: path } = new URL(url);
      const headers = { ...init.headers, host: hostname };
      const signed = await signer.sign({ method: 'POST', protocol, hostname, path, query: {}, headers, body: message });
      await (await fetch(url, { ...init, headers: signed.headers })).text();`,
  },
  {
    name: '`@aws-sdk/client-lambda`',
    role: 'peer',
    import: awsSdk,
    invoke: `${awsSdk}
      const client = new LambdaClient({ credentials: ${KEYS}, region: 'us-east-1', endpoint: '${REFUSING_ENDPOINT}' });
      ${ignoreRefusal(`client.send(new InvokeWithResponseStreamCommand({ FunctionName: '${FUNCTION}' }))`)}`,
  },
  { name: 'bare Node', role: 'floor', import: '', sign: `${REQUEST} await (await fetch(url, init)).text();` },
];
