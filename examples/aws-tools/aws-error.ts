import type { CallToolResult } from '@modelcontextprotocol/server';

/** A failure that the agent can be told of as it is. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}

/** As the AWS SDK's exceptions are shaped. */
interface AwsError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/**
 * Runs a tool, and turns whatever AWS has against it into a tool error that says what happened and what to do. AWS's
 * own words go to the function's log: they name roles and accounts, which are not every caller's business.
 *
 * @param signal the tool's time limit
 */
export async function orToolError(signal: AbortSignal, work: () => Promise<CallToolResult>): Promise<CallToolResult> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ToolError)) console.error(error);
    return { isError: true, content: [{ type: 'text', text: explain(error as AwsError, signal) }] };
  }
}

function explain(error: AwsError, signal: AbortSignal): string {
  if (error instanceof ToolError) return error.message;
  if (signal.aborted) {
    return (signal.reason as Error).name === 'TimeoutError'
      ? 'AWS did not answer within the time that this server has for a call. Try again, or ask for less.'
      : 'The call was given up.';
  }
  if (/not enabled for cost explorer/i.test(error.message)) {
    return 'Cost Explorer is not enabled in this account. Open it once in the Billing console: data is there within 24 hours.';
  }
  if (/linked account.*cost explorer/i.test(error.message)) {
    return 'The organisation’s management account has not given this account access to Cost Explorer (Billing console, cost management preferences).';
  }
  const request = error.$metadata?.requestId ? ` AWS request id: ${error.$metadata.requestId}.` : '';
  switch (error.name) {
    case 'AccessDeniedException': {
      const [, action] = /not authorized to perform: (\S+)/.exec(error.message) ?? [];
      return `AWS refuses this server ${action ?? 'the call'}: add it to the function's role, or look for a policy that denies it.${request}`;
    }
    case 'UnrecognizedClientException':
    case 'OptInRequired':
      return `This region is not enabled in the account, or the server's credentials are not valid. Enable the region in the account's settings.${request}`;
    case 'ThrottlingException':
    case 'LimitExceededException':
    case 'TooManyRequestsException':
      return `AWS throttles this account's requests. Wait a minute, then try again.${request}`;
    case 'DataUnavailableException':
      return `Cost Explorer has no data for this period yet. A new account's data takes up to 24 hours.${request}`;
    case 'BillExpirationException':
      return `The bill has just been closed and the data is on its way. Try again in a few minutes.${request}`;
    case 'CredentialsProviderError':
      return 'This server has no AWS credentials: its function has no execution role.';
    default:
      return `AWS failed with ${error.name}. The function's log says more.${request}`;
  }
}
