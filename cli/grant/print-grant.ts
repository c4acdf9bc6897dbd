import { styled } from '../output/terminal.ts';
import { type AccessEntry, accountOf } from './access-list.ts';
import type { Change } from './change-policy.ts';
import type { UrlConfig } from './policy-api.ts';

type Style = Parameters<typeof styled>[0];

/** A warning, on standard error: standard output stays fit for a shell. */
export function warn(text: string): void {
  process.stderr.write(`${styled('yellow', 'warning:', process.stderr)} ${text}\n`);
}

export function describeChange(changes: readonly Change[]): string {
  const width = Math.max(0, ...changes.map(({ result }) => result.length));
  const lines = changes.map(({ statementId, result, note }) => {
    const style: Style = result === 'added' || result === 'removed' ? 'green' : result === 'left' ? 'yellow' : 'dim';
    return `${styled(style, result.padEnd(width))}  ${statementId}${note ? `  (${note})` : ''}\n`;
  });
  return lines.join('');
}

/** The list of `grant --list`. */
export function describeAccess(
  functionName: string,
  entries: readonly AccessEntry[],
  url: UrlConfig | undefined | 'unknown',
): string {
  const lines = [describeUrl(url), ''];
  if (entries.length === 0) lines.push('The function’s policy lets in nobody.');
  else lines.push(styled('bold', 'URL     Invoke API  Principal'));
  for (const entry of entries) lines.push(...describeEntry(functionName, entry));
  lines.push(
    '',
    'Beside these, roles and users of the function’s own account may call if their own policies allow it.',
  );
  return `${lines.join('\n')}\n`;
}

function describeUrl(url: UrlConfig | undefined | 'unknown'): string {
  if (url === 'unknown') return 'Function URL: unknown (lambda:GetFunctionUrlConfig was refused)';
  if (!url) return 'Function URL: none';
  const open = url.authType !== 'AWS_IAM';
  const authType = open ? styled(['bold', 'red'], `${url.authType}: IT ASKS FOR NO SIGNATURE`) : url.authType;
  return `Function URL: ${url.url}  auth type ${authType}`;
}

function describeEntry(functionName: string, entry: AccessEntry): string[] {
  const { principal, effect, url, invoke, missing, statements, notes } = entry;
  const denied = effect === 'deny';
  const urlText = denied
    ? url === 'closed'
      ? '-'
      : 'DENIED'
    : url === 'half'
      ? 'HALF'
      : url === 'open'
        ? 'open'
        : '-';
  const invokeText = denied ? (invoke ? 'DENIED' : '-') : invoke ? 'open' : '-';
  const style: Style = denied || url === 'half' ? 'yellow' : 'green';
  const indent = ' '.repeat(20);
  return [
    `${styled(style, urlText.padEnd(8))}${invokeText.padEnd(12)}${principal}`,
    `${indent}${styled('dim', `statements: ${statements.join(', ')}`)}`,
    ...(missing ? [`${indent}${styled('yellow', `! ${missing} is missing. ${advice(functionName, entry)}`)}`] : []),
    ...notes.map((note) => `${indent}! ${note}`),
  ];
}

function advice(functionName: string, { principal, kind }: AccessEntry): string {
  if (kind === 'everyone' || (accountOf(principal) === undefined && kind !== 'organization')) return '';
  return `To add it: lambda-mcp grant ${functionName} ${principal} --apply`;
}
