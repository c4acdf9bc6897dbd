/** `npm run pictures`: the picture at the top of the README. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { svg, text } from './svg.ts';

const FONT = "14px system-ui, -apple-system, 'Segoe UI', sans-serif";
const MONO = "12px ui-monospace, 'SF Mono', Menlo, Consolas, monospace";

/** A box with a title, and code or words beneath it. */
function box(x: number, y: number, width: number, height: number, title: string, lines: readonly string[]): string {
  const middle = x + width / 2;
  return [
    `<rect class="box" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>`,
    text(middle, y + 26, title, 'ink', `font: 600 ${FONT}`, 'middle'),
    ...lines.map((line, at) => text(middle, y + 48 + at * 18, line, 'faint', `font: ${MONO}`, 'middle')),
  ].join('\n');
}

function arrow(from: readonly [number, number], to: readonly [number, number]): string {
  const [[x1, y1], [x2, y2]] = [from, to];
  const angle = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI;
  const head = `<path class="head" d="M0 0 L-9 -5 L-9 5 Z" transform="translate(${x2} ${y2}) rotate(${angle})"/>`;
  return `<path class="line" d="M${x1} ${y1} L${x2} ${y2}"/>\n${head}`;
}

function label(x: number, y: number, said: string, shade: 'faint' | 'accent' = 'accent'): string {
  return text(x, y, said, shade, `font: ${FONT}`, 'middle');
}

const picture = svg(
  880,
  330,
  'An agent signs its requests with SigV4 to a function URL, or calls the Invoke API. IAM decides. The Lambda function runs ' +
    'your MCP server. CloudTrail says who called, the function’s log which tool, and audit joins the two.',
  [
    box(20, 50, 190, 90, 'Your agent', ['awsFetch(url)', 'any MCP client']),
    box(350, 20, 180, 66, 'Function URL', ['AWS_IAM']),
    box(350, 110, 180, 66, 'Invoke API', ['inside the account']),
    box(670, 50, 190, 90, 'Lambda', ['createLambdaHandler', 'your MCP server']),
    arrow([210, 80], [346, 53]),
    arrow([210, 112], [346, 143]),
    label(276, 48, 'SigV4'),
    label(268, 148, 'SigV4'),
    arrow([530, 53], [666, 82]),
    arrow([530, 143], [666, 114]),
    label(600, 48, 'IAM: yes'),
    label(606, 150, 'IAM: yes'),
    box(180, 236, 180, 66, 'CloudTrail', ['who called']),
    box(425, 236, 180, 66, 'lambda-mcp audit', ['who called which tool']),
    box(670, 236, 190, 66, 'The function’s log', ['which tool']),
    arrow([400, 176], [300, 232]),
    arrow([765, 140], [765, 232]),
    arrow([360, 269], [421, 269]),
    arrow([670, 269], [609, 269]),
  ],
);
writeFileSync(resolve(import.meta.dirname, '../../docs/images/overview.svg'), picture);
