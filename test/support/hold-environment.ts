// A program that keeps an execution environment, which does what its argument says, until somebody ends it.
import { fileURLToPath } from 'node:url';
import { createEnvironments } from '../../local/execution/environments.ts';

const environments = createEnvironments({
  entry: fileURLToPath(new URL('../fixtures/execution/process.ts', import.meta.url)),
  functionName: 'held',
  functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:held',
  region: 'eu-west-1',
  version: '$LATEST',
  timeoutMs: 600_000,
  memoryMb: 128,
  maxConcurrency: 1,
  freeze: true,
  log: () => {},
});
let calls = 0;

async function call(deed: string): Promise<unknown> {
  calls += 1;
  const { body } = await environments.invoke({
    payload: JSON.stringify({ do: deed }),
    requestId: String(calls),
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:held',
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

const held = { pid: await call('pid'), folder: await call('temporary') };
const last = call(process.argv[2] ?? '');
// The loop never answers, and is reached when its environment has it.
if (process.argv[2] === 'loop') await new Promise((resolve) => setTimeout(resolve, 300));
else await last;
console.log(JSON.stringify(held));
setInterval(() => {}, 1000);
