import { CostExplorerClient } from '@aws-sdk/client-cost-explorer';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import type { McpServer } from '@modelcontextprotocol/server';
import type { LambdaContext } from 'lambda-mcp/server';
import * as z from 'zod';
import { outputSchema } from './account-summary-schema.ts';
import { accountSummaryText } from './account-summary-text.ts';
import { orToolError } from './aws-error.ts';
import { readCosts } from './costs.ts';
import { monthOf } from './month.ts';
import { countResources } from './resource-counts.ts';
import { notesOf, summarize } from './summarize-account.ts';
import { timeLimit } from './time-limit.ts';

const inputSchema = z.object({
  account: z
    .string()
    .regex(/^\d{12}$/)
    .optional()
    .describe('12 digits: costs of this linked account alone, asked in the account that pays for it'),
  linkedAccounts: z
    .boolean()
    .default(false)
    .describe('In an account that pays for others: also what each of them costs'),
  limit: z
    .int()
    .min(1)
    .max(100)
    .default(10)
    .describe('How many services, accounts and resource types to list, largest first'),
});

// Clients outlive a request: they keep connections, which every later request can use.
const costExplorer = new CostExplorerClient();
const tagging = new ResourceGroupsTaggingAPIClient();

export function registerAccountSummary(server: McpServer, lambda: LambdaContext): void {
  server.registerTool(
    'get_account_summary',
    {
      title: 'Account summary',
      description:
        'What this AWS account costs: month to date by service, and the forecast for the month; and how many resources ' +
        'it has in this region, by type. In a management account the costs are those of the organisation, and of one of ' +
        'its linked accounts by argument. Each call costs 0.02 USD or more.',
      inputSchema,
      outputSchema,
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    },
    async ({ account, linkedAccounts, limit }, { mcpReq }) => {
      const signal = timeLimit(lambda, mcpReq.signal);
      return orToolError(signal, async () => {
        const month = monthOf(new Date());
        const [costs, counts] = await Promise.all([
          readCosts(costExplorer, month, { account, byAccount: linkedAccounts }, signal),
          countResources(tagging, signal),
        ]);
        const [, , , region = '', accountId = ''] = lambda.invokedFunctionArn.split(':');
        const costsOf = account ?? null;
        const summary = summarize(month, costs, counts, limit, linkedAccounts);
        const structuredContent = {
          accountId,
          costsOf,
          region,
          ...summary,
          notes: notesOf(month, costs, counts, costsOf),
        };
        return { content: [{ type: 'text', text: accountSummaryText(structuredContent) }], structuredContent };
      });
    },
  );
}
