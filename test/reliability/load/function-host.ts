import { fileURLToPath } from 'node:url';
import { startLocalLambda } from 'lambda-mcp/local';
import { allOfLambda } from '../../support/lambda.ts';
import { startGate } from './gate.ts';

/** The function's own process: the local Lambda, and a gate before it. Parent and child talk by messages. */
const ENVIRONMENTS = 4;
const [server = 'load'] = process.argv.slice(2);
const lambda = await startLocalLambda({
  entry: fileURLToPath(new URL(`../functions/${server}.ts`, import.meta.url)),
  concurrency: ENVIRONMENTS + 4,
  timeout: 120_000,
  principals: [{ name: 'caller', policies: [allOfLambda] }],
});
const gates = await Promise.all([lambda.functionUrl, lambda.lambdaEndpoint].map((url) => startGate(url, ENVIRONMENTS)));
const [urlGate = '', apiGate = ''] = gates;
process.on('message', () => process.send?.({ memory: process.memoryUsage().rss }));
process.on('disconnect', () => process.exit());
process.send?.({
  functionUrl: `${urlGate}/`,
  lambdaEndpoint: apiGate,
  functionArn: lambda.functionArn,
  region: lambda.region,
  caller: lambda.principals[0],
});
