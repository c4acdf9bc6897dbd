import { readFunctionTarget } from '../transport/function-target.ts';
import { diagnose } from './doctor/diagnose.ts';
import { exitCodeOf, type Finding, STEPS } from './doctor/finding.ts';
import { ExitCode } from './exit-code.ts';
import { SCHEMA_VERSION } from './output/schema-version.ts';
import { styled } from './output/terminal.ts';
import { readArguments, SHARED_HELP } from './target-options.ts';
import { UsageError } from './usage-error.ts';

const HELP = `Usage: lambda-mcp doctor TARGET [options]

Takes every step of the way to a server and tells of each: pass, fail, or unknown, and what to do. Calls no tool.

Exits with 0 when nothing failed, else with the first failure's exit code; what is unknown does not count.

Options:
  --quick            one signed request, which is one invocation: for a monitor
  --function NAME    the URL's function: when you are refused, its policy tells which permission is missing
${SHARED_HELP}`;

const OWN = { function: { type: 'string' }, quick: { type: 'boolean' } } as const;

/** `lambda-mcp doctor` */
export async function doctor(args: string[]): Promise<ExitCode> {
  const read = readArguments('doctor', HELP, args, OWN);
  if (!read) return ExitCode.ok;
  const { options, values, positionals } = read;
  const [target, extra] = positionals;
  if (!target)
    throw new UsageError('Which target? Give a function URL, an ARN or a name. See: lambda-mcp doctor --help');
  if (extra !== undefined) throw new UsageError(`Unexpected argument '${extra}'. See: lambda-mcp doctor --help`);

  if (values.function !== undefined) readFunctionTarget(values.function);
  const startedAt = new Date();
  const { findings, latency } = await diagnose(target, {
    ...options,
    functionName: values.function,
    quick: values.quick ?? false,
    report: (finding) => {
      if (!options.json) process.stdout.write(describe(finding));
    },
  });
  const exitCode = exitCodeOf(findings);
  if (options.json) {
    // One line for each run, so that a monitor's runs make a log.
    const checks = findings.map(({ exitCode: _, ...finding }) => finding);
    const result = {
      schemaVersion: SCHEMA_VERSION,
      time: startedAt.toISOString(),
      target,
      ok: exitCode === ExitCode.ok,
      exitCode,
    };
    process.stdout.write(`${JSON.stringify({ ...result, ...(latency && { latency }), checks })}\n`);
  } else process.stdout.write(summarize(findings));
  return exitCode;
}

const WIDTH = Math.max(...STEPS.map((step) => step.length));
const STYLES = { pass: 'green', fail: 'red', unknown: 'yellow' } as const;

function describe({ status, step, detail, advice }: Finding): string {
  const mark = styled(STYLES[status], status.padEnd(7));
  const said = status === 'fail' ? styled('bold', detail) : detail;
  const line = `${mark}  ${step.padEnd(WIDTH)}  ${said}\n`;
  return advice ? `${line}${' '.repeat(WIDTH + 11)}→ ${advice}\n` : line;
}

function summarize(findings: readonly Finding[]): string {
  const failed = findings.filter(({ status }) => status === 'fail').length;
  if (failed === 0) return '\nNothing failed.\n';
  return `\n${failed === 1 ? 'One step' : `${failed} steps`} failed.\n`;
}
