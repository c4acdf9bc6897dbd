import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAwsTarget } from './aws-target.ts';
import { auditChecks } from './checks/audit.ts';
import { edgeChecks } from './checks/edge.ts';
import { functionUrlChecks } from './checks/function-url.ts';
import { gatewayChecks } from './checks/gateway.ts';
import { hostChecks } from './checks/hosts.ts';
import { mcpChecks } from './checks/mcp.ts';
import { oauthChecks } from './checks/oauth.ts';
import { permissionChecks } from './checks/permissions.ts';
import { restApiChecks } from './checks/rest-api.ts';
import { signatureChecks } from './checks/signatures.ts';
import { startLocalTarget } from './local-target.ts';
import { type Outcome, table } from './table.ts';
import { type Check, type Target, whyUnasked } from './target.ts';

// Run by run.ts, which says where.
const outputs = process.env.LAMBDA_MCP_LIVE ?? 'local';
const where = outputs === 'local' ? 'local' : 'AWS';

// Beside the outputs of the other stack, where it is deployed.
const hostOutputs = outputs.replace(/\.json$/, '-hosts.json');
const hosts =
  where === 'AWS' && hostOutputs !== outputs && existsSync(hostOutputs)
    ? JSON.parse(JSON.parse(readFileSync(hostOutputs, 'utf8')).LambdaMcpLiveHosts.Hosts)
    : undefined;

const groups = [
  ['MCP, end to end', mcpChecks],
  ['The function URL', functionUrlChecks],
  ['Signatures', signatureChecks],
  ['Permissions', permissionChecks],
  ['The REST API', restApiChecks],
  ['Audit', auditChecks],
  ['Signing in', oauthChecks],
  ['Amazon ECS and CloudFront', edgeChecks],
  ['AgentCore Gateway', gatewayChecks],
  ['AgentCore Runtime and Web Functions', hostChecks(hosts)],
] as const;
const outcomes = new Map<Check, Outcome>();
let target: Target;

beforeAll(async () => {
  target =
    where === 'local'
      ? await startLocalTarget()
      : openAwsTarget(JSON.parse(JSON.parse(readFileSync(outputs, 'utf8')).LambdaMcpLive.Live));
});
afterAll(async () => {
  await target?.close();
  console.log(table(where, groups, outcomes));
});

describe.concurrent.each(groups)('%s', (_group, checks) => {
  for (const check of checks) {
    if ('unasked' in check || whyUnasked(check, where) !== undefined) {
      it.skip(check.what);
      continue;
    }
    it(check.what, async () => {
      const seen = await check.see(target).catch((error: Error) => `${error.name}: ${error.message}`);
      outcomes.set(check, { asWritten: isDeepStrictEqual(seen, check.expected), seen });
      expect(seen).toEqual(check.expected);
    });
  }
});
