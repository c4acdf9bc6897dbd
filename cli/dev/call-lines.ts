import type { CallRecord } from '../../wire/call-record.ts';

/** What the log of a function says to a person: its calls, and beneath each what the function printed. */
export interface CallLines {
  /** Takes a line of the function's log. */
  take(line: string): void;
  /** Hands on what still waits for its call. */
  flush(): void;
}

export interface CallEvents {
  onCall(record: CallRecord): void;
  /** The function's own output. */
  onOutput(line: string): void;
}

/** How long output waits for its call's line: a tool that runs for long is watched while it does; milliseconds. */
const PATIENCE = 300;

/** Puts a call's line above what the function printed during it: the function logs the call last. */
export function createCallLines({ onCall, onOutput }: CallEvents): CallLines {
  let waiting: string[] = [];
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const lines = waiting;
    waiting = [];
    for (const line of lines) onOutput(line);
  }

  return {
    take(line) {
      const record = readRecord(line);
      if (record) onCall(record);
      if (record || /^(?:END) RequestId: /.test(line)) return flush();
      if (/^(?:(?:START|REPORT) RequestId: |INIT_(?:START|REPORT) )|^\{.*"announces":/.test(line)) return;
      waiting.push(line);
      timer ??= setTimeout(flush, PATIENCE);
    },
    flush,
  };
}

/** The line that the server writes for each message; the function may print JSON of its own. */
function readRecord(line: string): CallRecord | undefined {
  if (!line.startsWith('{') || !line.includes('"_aws"')) return undefined;
  try {
    const record: CallRecord = JSON.parse(line);
    return typeof record.requestId === 'string' && typeof record.outcome === 'string' ? record : undefined;
  } catch {
    return undefined;
  }
}

/** `agent  greet  ok  12 ms` */
export function describeCall(record: CallRecord): string {
  const { caller, tokenUser, tokenClient, tool, method, outcome, errorCode, status, duration } = record;
  const what = tool === undefined ? (method ?? 'no JSON-RPC') : tool;
  const how =
    outcome === 'ok'
      ? 'ok'
      : [outcome, errorCode, status >= 400 ? `HTTP ${status}` : undefined].filter(Boolean).join(' ');
  const signedIn = tokenUser === undefined ? tokenClient : `${tokenUser} by ${tokenClient}`;
  return `${signedIn ?? callerName(caller)}  ${what}  ${how}  ${Math.round(duration)} ms`;
}

/** Of a role's session the role's name, which is what `dev` calls the principal. */
function callerName(arn: string): string {
  return /:assumed-role\/(?:.*\/)?([^/]+)\/[^/]+$/.exec(arn)?.[1] ?? /:user\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1] ?? arn;
}
