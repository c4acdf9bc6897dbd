/**
 * Runs the end-to-end suite against a deployed stack, or against the local Lambda.
 *
 *   npm run test:live                         the stack whose outputs are in .lambda-mcp/live.json
 *   npm run test:live -- --outputs FILE       those of another file
 *   npm run test:live -- --local              the local Lambda, without an account
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    local: { type: 'boolean', default: false },
    outputs: { type: 'string', default: '.lambda-mcp/live.json' },
  },
});

async function problem(): Promise<string | undefined> {
  if (values.local) return undefined;
  const found = await fromNodeProviderChain()().catch((error: Error) => error);
  if (found instanceof Error) {
    return (
      `The live suite needs AWS credentials, and found none (${found.message}). Log in (\`aws sso login\`, AWS_PROFILE, ` +
      'or environment variables) to an account in which you may deploy and assume roles; docs/deploy.md, “See for ' +
      'yourself”, says how. Without an account, `npm run test:live -- --local` runs the suite on the local Lambda.'
    );
  }
  if (!existsSync(values.outputs)) {
    return (
      `The live suite needs a deployed stack, and there is no file ${values.outputs} with its outputs. Deploy it: ` +
      `npx cdk deploy --app "node test/live/app.ts" --outputs-file ${values.outputs}`
    );
  }
  return undefined;
}

const why = await problem();
if (why !== undefined) {
  console.error(why);
  process.exit(1);
}
const vitest = fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json')));
const { status } = spawnSync(process.execPath, [vitest, 'run', '--config', 'test/live/vitest.config.ts'], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, LAMBDA_MCP_LIVE: values.local ? 'local' : values.outputs },
});
process.exitCode = status ?? 1;
