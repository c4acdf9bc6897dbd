/**
 * The whole path in one run, on loopback and without an AWS account: who is refused, who is served, and what the audit
 * trail says of it afterwards. Exits with 0 only if everything was as it should be.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { AddPermissionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Client, type Transport } from '@modelcontextprotocol/client';
import { type LocalPrincipal, startLocalLambda } from 'lambda-mcp/local';
import { LambdaInvokeClientTransport, SigV4ClientTransport } from 'lambda-mcp/transport';
import { signInTo } from './sign-in.ts';

const ROLE = 'arn:aws:iam::111122223333:role';
const allOfLambda = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'lambda:*', Resource: '*' }],
} as const;

let failures = 0;

function step(title: string): void {
  console.log(`\n${styleText('bold', title)}`);
}

function say(line: string): void {
  console.log(`  ${line}`);
}

function check(claim: string, holds: boolean): void {
  if (!holds) failures += 1;
  say(holds ? `${styleText('green', '✓')} ${claim}` : `${styleText('red', '✗ NOT SO:')} ${claim}`);
}

await using lambda = await startLocalLambda({
  entry: fileURLToPath(new URL('server.ts', import.meta.url)),
  functionName: 'quickstart',
  principals: [
    { name: 'agent', sessionName: 'tour' },
    { name: 'newcomer', sessionName: 'tour' },
    { name: 'admin', sessionName: 'tour', policies: [allOfLambda] },
  ],
  permissions: [
    {
      StatementId: 'agent-url',
      Action: 'lambda:InvokeFunctionUrl',
      Principal: `${ROLE}/agent`,
      FunctionUrlAuthType: 'AWS_IAM',
    },
    {
      StatementId: 'agent-invoke',
      Action: 'lambda:InvokeFunction',
      Principal: `${ROLE}/agent`,
      InvokedViaFunctionUrl: true,
    },
    {
      StatementId: 'newcomer-url',
      Action: 'lambda:InvokeFunctionUrl',
      Principal: `${ROLE}/newcomer`,
      FunctionUrlAuthType: 'AWS_IAM',
    },
  ],
  // The tour tells of each refusal itself, from the trail.
  report: () => {},
});
const { functionUrl, functionArn, functionName, lambdaEndpoint: endpoint, region } = lambda;
const [agent, newcomer, admin] = lambda.principals as [LocalPrincipal, LocalPrincipal, LocalPrincipal];

async function withClient<T>(
  transport: Transport,
  mode: 'auto' | 'legacy',
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ name: 'tour', version: '1.0.0' }, { versionNegotiation: { mode } });
  try {
    await client.connect(transport);
    return await use(client);
  } finally {
    await client.close();
  }
}

async function textOf(client: Client, name: string): Promise<string> {
  const { content } = await client.callTool({ name });
  return content.map((block) => (block.type === 'text' ? block.text : '')).join(' ');
}

async function listAndGreet(client: Client): Promise<void> {
  const { tools } = await client.listTools();
  say(`protocol ${client.getNegotiatedProtocolVersion()}, tools: ${tools.map(({ name }) => name).join(', ')}`);
  const started = performance.now();
  let arrived = 0;
  const { content } = await client.callTool(
    { name: 'multi-greet', arguments: { name: 'Ada', count: 3 } },
    {
      onprogress: ({ message }) => {
        arrived += 1;
        say(`  +${String(Math.round(performance.now() - started)).padStart(4)} ms  ${message}`);
      },
    },
  );
  check('three greetings, and progress for each while the tool ran', content.length === 3 && arrived === 3);
}

function trail(): { eventName: string; requestID: string; errorMessage?: string; userIdentity: { arn: string } }[] {
  return readFileSync(lambda.trailFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

console.log(`An MCP server runs as Lambda function ${functionName} behind ${functionUrl}`);

step('1. An unsigned request is refused');
const unsigned = await fetch(functionUrl, { method: 'POST', body: '{}' });
say(`${unsigned.status} ${await unsigned.text()}`);
check('403, and the server never ran', unsigned.status === 403);

step('2. A signed agent lists the tools and calls them: SigV4, protocol 2026-07-28');
await withClient(new SigV4ClientTransport(functionUrl, { credentials: agent, region }), 'auto', async (client) => {
  await listAndGreet(client);
  check('the newest protocol revision was spoken', client.getNegotiatedProtocolVersion() === '2026-07-28');
  const who = await textOf(client, 'whoami');
  check(`whoami: ${who}`, who.includes('assumed-role/agent/tour'));
});

step('3. The same with protocol 2025-11-25');
await withClient(new SigV4ClientTransport(functionUrl, { credentials: agent, region }), 'legacy', async (client) => {
  await listAndGreet(client);
  check('the older protocol revision was spoken', client.getNegotiatedProtocolVersion() === '2025-11-25');
});

step('4. A caller that lacks the second permission is refused');
const asNewcomer = () => new SigV4ClientTransport(functionUrl, { credentials: newcomer, region });
const refusal = await withClient(asNewcomer(), 'auto', (client) => client.listTools()).then(
  () => undefined,
  (error: Error) => error.message,
);
say(`the caller sees: ${refusal}`);
const denied = trail().at(-1);
say(`the trail says:  ${denied?.errorMessage}`);
check('refused for want of lambda:InvokeFunction', denied?.errorMessage?.includes('lambda:InvokeFunction ') === true);

step('5. It is let in by AddPermission, and then served');
const lambdaClient = new LambdaClient({ endpoint, region, credentials: admin });
say(`aws lambda add-permission --function-name ${functionName} --statement-id newcomer-invoke \\`);
say(`  --principal ${newcomer.arn} --action lambda:InvokeFunction --invoked-via-function-url`);
await lambdaClient.send(
  new AddPermissionCommand({
    FunctionName: functionName,
    StatementId: 'newcomer-invoke',
    Principal: newcomer.arn,
    Action: 'lambda:InvokeFunction',
    InvokedViaFunctionUrl: true,
  }),
);
lambdaClient.destroy();
await withClient(asNewcomer(), 'auto', async (client) => {
  const who = await textOf(client, 'whoami');
  check(`whoami: ${who}`, who.includes('assumed-role/newcomer/tour'));
});

step('6. The same tools through the Invoke API, where AWS vouches for no caller');
const invoke = new LambdaInvokeClientTransport(functionArn, { credentials: admin, endpoint });
await withClient(invoke, 'auto', async (client) => {
  await listAndGreet(client);
  const who = await textOf(client, 'whoami');
  check(`whoami: ${who}`, who === 'AWS does not tell this server who you are.');
});

step('7. Who called which tool: the trail (who) joined with the function’s log (which tool)');
const calls = readFileSync(lambda.logFile, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('{'))
  .map((line) => JSON.parse(line))
  .filter(({ tool }) => tool !== undefined);
const records = new Map(trail().map((record) => [record.requestID, record]));
for (const call of calls) {
  const record = records.get(call.requestId);
  const who = record?.userIdentity.arn.split('assumed-role/')[1] ?? 'NOBODY KNOWN';
  say(`${who.padEnd(15)} ${record?.eventName.padEnd(18)} ${call.tool.padEnd(12)} ${call.outcome}`);
}
check('six calls of tools, each with its caller', calls.length === 6 && calls.every((c) => records.has(c.requestId)));

step('8. A server that people sign in to, in place of IAM (OAuth; locally with a stand-in for Amazon Cognito)');
const signedIn = await signInTo(fileURLToPath(new URL('signed-in.ts', import.meta.url)));
check(`a stranger is refused: ${signedIn.strangersStatus}`, signedIn.strangersStatus === 401);
check(
  `${signedIn.user} signs in, and whoami says: ${signedIn.whoami}`,
  signedIn.whoami === `You are ${signedIn.user}.`,
);

console.log(
  failures === 0
    ? styleText('green', '\nEverything was as it should be.')
    : styleText('red', `\n${failures} of the claims above did not hold.`),
);
process.exitCode = failures === 0 ? 0 : 1;
