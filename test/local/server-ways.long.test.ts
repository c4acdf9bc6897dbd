import { startLocalLambda } from 'lambda-mcp/local';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleByMcpFunction } from '../support/bundle.ts';
import { callTool } from '../support/call-tool.ts';
import { allOfLambda } from '../support/lambda.ts';
import { SERVER_WAYS, writeServer } from '../support/server-ways.ts';

// `dev` and AWS's own runtime run the same table: test/cli/dev-ways.long.test.ts and test/aws-runtime/cases/ways.ts.
const entries = SERVER_WAYS.map(writeServer);
const ways = SERVER_WAYS.map((way, index) => ({ ...way, index }));

describe.each([
  ['the local Lambda', () => entries],
  ['the local Lambda, with the bundle of McpFunction', () => bundleByMcpFunction(entries).map(({ file }) => file)],
])('on %s', (_, code) => {
  let files: readonly string[];
  beforeAll(() => {
    files = code();
    // CDK starts npx for each.
  }, 240_000);

  it.each(ways)('a server that $name', async ({ index, expected }) => {
    await using lambda = await startLocalLambda({
      entry: files[index] ?? '',
      principals: [{ name: 'agent', policies: [allOfLambda] }],
      report: () => {},
    });
    expect(await callTool(lambda, 't')).toBe(expected);
  });
});
