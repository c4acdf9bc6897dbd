/**
 * `npm run pictures`: draws the audit's page as docs/cli.md shows it, at three widths and in the dark, by a headless
 * Chromium. `CHROMIUM` names its binary (default: chromium). The calls are made up: a week of 25 roles, and in it a burst at
 * night, a scan from another account, and one lone call of a tool that nobody else calls.
 */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeDays } from '../../bench/audit/write-days.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const ACCOUNT = '111122223333';
const ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:tools`;
const HOUR = 3_600_000;
const END = Date.now() - HOUR;

interface Planted {
  readonly time: number;
  readonly role: string;
  readonly account?: string;
  readonly ip: string;
  /** Undefined: AWS refused it. */
  readonly tool?: string;
}

const night = END - 3 * 24 * HOUR;
const base = night - (night % (24 * HOUR)) + 3 * HOUR;
const burst = Array.from({ length: 420 }, (_, at): Planted => {
  return { time: base + at * 7000, role: 'agent-7', ip: '203.0.113.77', tool: 'export_customers' };
});
const scan = Array.from({ length: 60 }, (_, at): Planted => {
  return { time: END - 2 * 24 * HOUR + at * 1000, role: 'scanner', account: '999988887777', ip: '198.51.100.200' };
});
const alone: Planted = { time: END - 30 * HOUR, role: 'break-glass', ip: '198.51.100.9', tool: 'rotate_keys' };

function plant({ time, role, account = ACCOUNT, ip, tool }: Planted, trail: string, log: string): void {
  const requestID = randomUUID();
  const arn = `arn:aws:sts::${account}:assumed-role/${role}/session`;
  const record = {
    userIdentity: { type: 'AssumedRole', arn, accountId: account, principalId: `AROA${role}:session` },
    ...{ eventTime: new Date(time).toISOString(), eventSource: 'lambda.amazonaws.com', eventName: 'InvokeFunctionUrl' },
    ...{ sourceIPAddress: ip, userAgent: 'node', requestID, resources: [{ type: 'AWS::Lambda::Function', ARN }] },
    ...(tool === undefined && { errorCode: 'AccessDenied' }),
  };
  appendFileSync(trail, `${JSON.stringify(record)}\n`);
  if (tool === undefined) return;
  const line = {
    ...{ requestId: requestID, functionName: 'tools', method: 'tools/call', tool, caller: arn, outcome: 'ok' },
    ...{ status: 200, duration: 60, _aws: { Timestamp: time + 60, CloudWatchMetrics: [{ Namespace: 'LambdaMcp' }] } },
  };
  const report = 'Duration: 60.00 ms\tBilled Duration: 60 ms\tMemory Size: 512 MB';
  const lines = [`START RequestId: ${requestID} Version: $LATEST`, JSON.stringify(line)];
  appendFileSync(log, [...lines, `REPORT RequestId: ${requestID}\t${report}`, ''].join('\n'));
}

const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
const [trail, log, page] = ['trail.jsonl', 'function.log', 'page.html'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
await writeDays({ calls: 6000, end: END, trailFile: trail, logFile: log, marked: false });
for (const each of [...burst, ...scan, alone]) plant(each, trail, log);
const audit = ['audit', 'tools', '--trail', trail, '--log', log, '--since', '8d', '--html', page];
execFileSync(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...audit], { stdio: ['ignore', 'ignore', 'inherit'] });

const CHROMIUM = process.env.CHROMIUM ?? 'chromium';
/** No window of Chromium's is as narrow as a phone: the page stands in a frame that is. */
for (const [width, height, scheme] of [
  [390, 1500, 'light'],
  [800, 1500, 'light'],
  [1400, 1500, 'light'],
  [1400, 1500, 'dark'],
] as const) {
  const frame = join(folder, 'frame.html');
  const style = `width:${width}px;height:${height}px;border:0;color-scheme:${scheme}`;
  writeFileSync(
    frame,
    `<body style="margin:0;background:#f6f7f9;color-scheme:${scheme}"><iframe src="page.html" style="${style}"></iframe>`,
  );
  const picture = join(ROOT, 'docs/images', `audit-${width}${scheme === 'dark' ? '-dark' : ''}.png`);
  execFileSync(
    CHROMIUM,
    [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--allow-file-access-from-files'],
      ...[`--window-size=${Math.max(width, 500)},${height}`, `--screenshot=${picture}`, `file://${frame}`],
      ...(scheme === 'dark' ? ['--blink-settings=preferredColorScheme=0'] : []),
    ],
    { stdio: 'ignore' },
  );
  console.log(picture);
}
rmSync(folder, { recursive: true });
