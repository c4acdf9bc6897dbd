import { CommandError, type ErrorDetails, ExitCode } from './exit-code.ts';

/** How AWS names its errors: `x-amzn-ErrorType`, and the message of the body. */
interface AwsAnswer {
  readonly status: number;
  readonly type: string;
  /** Null where AWS says `{"Message": null}`; undefined where it says nothing. */
  readonly said: string | null | undefined;
  /** Whether it asks for the token of somebody who signed in. */
  readonly asksForToken: boolean;
}

/**
 * An answer other than 2xx, as something to tell the user: what happened, why, what to do, and the exit status. Reads
 * the body.
 */
export async function explainResponse(response: Response): Promise<CommandError> {
  const read = readAnswer(response, await response.text());
  // As which the library gives a last 429 to `server/discover`.
  const isThrottle = read.status === 503 && response.statusText === 'Too Many Requests';
  const answer = isThrottle ? { ...read, status: 429 } : read;
  const [exitCode, message, advice] = explain(answer);
  return new CommandError(message, exitCode, { advice, ...detailsOf(response), status: answer.status });
}

/** What a response says of itself, whatever its body is. */
export function detailsOf({ status, headers }: Response): ErrorDetails {
  const requestId = headers.get('x-amzn-requestid') ?? undefined;
  return { status, requestId, errorType: headers.get('x-amzn-errortype')?.split(':')[0] };
}

/** The exit status, what happened, and what to do. */
type Explanation = readonly [ExitCode, string, (string | undefined)?];

function readAnswer({ status, headers }: Response, body: string): AwsAnswer {
  const type = headers.get('x-amzn-errortype')?.split(':')[0] ?? '';
  const challenge = headers.get('www-authenticate') ?? headers.get('x-amzn-remapped-www-authenticate') ?? '';
  const asksForToken = /^bearer\b/i.test(challenge);
  try {
    const { Message, message, errorMessage, error, errorType } = JSON.parse(body);
    const said = Message ?? message ?? errorMessage ?? error?.message ?? Message;
    return {
      status,
      type: type || errorType || '',
      said: typeof said === 'string' ? asSentence(said) : said,
      asksForToken,
    };
  } catch {
    return { status, type, said: body.trim() === '' ? undefined : asSentence(body.slice(0, 300)), asksForToken };
  }
}

/** Other sentences follow it. */
function asSentence(text: string): string {
  return text.trim().replace(/[^.!?]$/, '$&.');
}

function explain(answer: AwsAnswer): Explanation {
  const { status, type, said } = answer;
  const heard = said ? ` AWS says: ${said}` : '';
  switch (status) {
    case 401:
      return [
        ExitCode.refused,
        `The server refused the request (401).${heard}`,
        answer.asksForToken
          ? 'People sign in to it (OAuth): `lambda-mcp login URL`, and then give --auth oauth.'
          : undefined,
      ];
    case 403:
      return explainRefusal(answer);
    case 404:
      return type === 'ResourceNotFoundException'
        ? [
            ExitCode.unreachable,
            `${said?.replace(/\.$/, '') ?? 'There is no such function'}.`,
            'Check its name, the account and --region.',
          ]
        : [ExitCode.unreachable, 'There is no MCP server at this path (404).', CHECK_PATH];
    case 405:
      return [ExitCode.unreachable, 'No MCP server takes requests at this path (405).', CHECK_PATH];
    case 413:
      return [ExitCode.failed, `The request is larger than AWS Lambda takes (413).${heard}`];
    case 424:
      return [
        ExitCode.failed,
        `The agent runtime’s server failed, or did not start (424).${heard}`,
        'Its log group /aws/bedrock-agentcore/runtimes/… in CloudWatch tells why.',
      ];
    case 429:
      return [
        ExitCode.unreachable,
        `The function is throttled (429).${heard}`,
        'Try again; if it stays so, raise its reserved concurrency.',
      ];
    case 503:
      return [
        ExitCode.unreachable,
        `The function is unavailable or throttled (503).${heard}`,
        'Try again; if it stays so, see its log and its concurrency.',
      ];
    case 500:
    case 502:
      return [
        ExitCode.failed,
        `The function failed (${status}${type ? `, ${type}` : ''}).${said ? ` It says: ${said}` : ''}`,
        'Its log in CloudWatch tells why.',
      ];
    case 504:
      return [ExitCode.unreachable, 'The function did not answer before its time-out (504).'];
    default:
      return [ExitCode.failed, `Unexpected answer ${status}${type ? ` ${type}` : ''}.${heard}`];
  }
}

const CHECK_PATH = 'Check the path of the URL, or --path for a function name or ARN.';

function explainRefusal({ type, said }: AwsAnswer): Explanation {
  const told = `${type} ${said ?? ''}`;
  if (/ExpiredToken|security token included in the request is expired/.test(told)) {
    return [
      ExitCode.credentials,
      'Your AWS session has expired (403).',
      'Sign in again, for instance with `aws sso login`, or set fresh AWS_* variables.',
    ];
  }
  if (/UnrecognizedClient|InvalidClientTokenId|security token included in the request is invalid/.test(told)) {
    return [
      ExitCode.credentials,
      'AWS does not know these credentials (403): the access key was deleted, or the session token does not belong to ' +
        'it.',
      'Sign in again, or set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN together.',
    ];
  }
  if (/Signature (?:expired|not yet current)|RequestTimeTooSkewed/.test(told)) {
    return [ExitCode.refused, `The clock of this computer is wrong (403). AWS says: ${said}`, 'Set it (NTP).'];
  }
  if (/Credential should be scoped/.test(told)) {
    return [
      ExitCode.refused,
      `The request was signed for another region or service (403). AWS says: ${said}`,
      'Give --region or --service.',
    ];
  }
  if (/signature we calculated does not match|InvalidSignature|IncompleteSignature/.test(told)) {
    return [
      ExitCode.refused,
      `AWS could not verify the signature (403). AWS says: ${said}`,
      'Check the secret access key, --region and --service.',
    ];
  }
  if (said === null) {
    return [
      ExitCode.unreachable,
      'No function has this URL (403).',
      'Check it for a typo, and that the function still exists.',
    ];
  }
  if (/Function URL authorization/.test(told)) {
    return [
      ExitCode.refused,
      'You may not call this function URL (403). A caller needs both lambda:InvokeFunctionUrl and lambda:InvokeFunction.',
      'The owner grants them with `lambda-mcp grant FUNCTION YOUR_ARN`, and `lambda-mcp doctor URL` tells what is missing.',
    ];
  }
  if (/not authorized to perform/.test(told)) {
    const action = /not authorized to perform: (\S+)/.exec(told)?.[1];
    return [
      ExitCode.refused,
      `${said?.replace(/\.$/, '')} (403).`,
      `Ask the owner for ${action}${
        action === 'lambda:InvokeFunction'
          ? '; `lambda-mcp grant FUNCTION YOUR_ARN --via invoke` grants what the Invoke API needs'
          : ''
      }.`,
    ];
  }
  return [ExitCode.refused, `AWS refused the request (403).${said ? ` It says: ${said}` : ''}`];
}
