import { readFunctionTarget } from '../transport/function-target.ts';
import type { AuthMethod } from './auth-method.ts';
import { diagnose } from './doctor/diagnose.ts';
import { exitCodeOf, type Finding, SIGN_IN_STEPS, STEPS } from './doctor/finding.ts';
import { ExitCode } from './exit-code.ts';
import { SCHEMA_VERSION } from './output/schema-version.ts';
import { styled } from './output/terminal.ts';
import { assertMethod, authTarget, readArguments, SHARED_HELP, type TargetOptions } from './target-options.ts';
import { UsageError } from './usage-error.ts';

const HELP = `Usage: lambda-mcp doctor TARGET [options]

Takes every step of the way to a server and tells of each: pass, fail, or unknown, and what to do. Calls no tool.

Exits with 0 when nothing failed, else with the first failure's exit code; what is unknown does not count.

With --auth oauth or token it goes the way of a server that people sign in to, and opens no browser.

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
  const auth = await methodFor(target, options);
  const width = Math.max(...(auth === 'iam' ? STEPS : SIGN_IN_STEPS).map((step) => step.length));
  const asked = {
    ...options,
    auth,
    functionName: values.function,
    quick: values.quick ?? false,
    report: (finding: Finding) => {
      if (!options.json) process.stdout.write(describe(finding, width));
    },
  };
  const isSignedIn = auth !== 'iam' && (await import('./doctor/diagnose-sign-in.ts')).diagnoseSignIn;
  const { findings, latency } = await (isSignedIn || diagnose)(target, asked);
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

/** With `auto` what the server itself asks for; a function name or ARN is known by IAM alone. */
async function methodFor(target: string, options: TargetOptions): Promise<AuthMethod> {
  assertMethod(options.auth, target);
  if (options.auth !== 'auto') return options.auth;
  if (!target.includes('://')) return 'iam';
  const { detectMethod } = await import('./auth/detect-method.ts');
  return detectMethod(authTarget(target, options, { attempts: 1 }));
}

const STYLES = { pass: 'green', fail: 'red', unknown: 'yellow' } as const;

function describe({ status, step, detail, advice }: Finding, width: number): string {
  const mark = styled(STYLES[status], status.padEnd(7));
  const said = status === 'fail' ? styled('bold', detail) : detail;
  const line = `${mark}  ${step.padEnd(width)}  ${said}\n`;
  return advice ? `${line}${' '.repeat(width + 11)}→ ${advice}\n` : line;
}

function summarize(findings: readonly Finding[]): string {
  const failed = findings.filter(({ status }) => status === 'fail').length;
  if (failed === 0) return '\nNothing failed.\n';
  return `\n${failed === 1 ? 'One step' : `${failed} steps`} failed.\n`;
}
