import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { McpFunction } from './mcp-function.ts';

/** A function to audit, as far as this app knows it. */
export interface AuditedFunction {
  readonly arn: string;
  /** As its configuration says; of an imported function, Lambda's default. */
  readonly logGroupName: string;
}

/** CDK's own classes do not fit their interface where optional properties must be exact. */
export type AnyFunction = lambda.IFunction | lambda.Function | lambda.Alias | lambda.Version;

/** What log levels Lambda drops below; the server's line counts as INFO. */
const DROPS_INFO: ReadonlySet<string> = new Set(['WARN', 'ERROR', 'FATAL']);

/**
 * Reads what is to be audited, and refuses what would leave the audit without half of it.
 *
 * @throws Error for a function of another account or region, or one whose log settings drop the server's line
 */
export function auditedFunction(scope: Construct, fn: McpFunction | AnyFunction): AuditedFunction {
  const own = fn instanceof McpFunction ? fn.function : fn;
  refuseElsewhere(scope, own);
  refuseLostLines(scope, own);
  return {
    arn: unqualified(own),
    logGroupName: fn instanceof McpFunction ? fn.logGroup.logGroupName : logGroupNameOf(own),
  };
}

/** Of an alias or version, its function: a record names that, and every alias of it is audited. */
function unqualified(fn: AnyFunction): string {
  if (fn instanceof lambda.Alias || fn instanceof lambda.Version) return fn.lambda.functionArn;
  const { functionArn } = fn;
  return Token.isUnresolved(functionArn) ? functionArn : functionArn.split(':').slice(0, 7).join(':');
}

/** Not `fn.logGroup`: that makes a group where there is none. */
function logGroupNameOf(fn: AnyFunction): string {
  const resource = fn.node.defaultChild;
  const { loggingConfig } = resource instanceof lambda.CfnFunction ? resource : {};
  const name = loggingConfig && 'logGroup' in loggingConfig ? loggingConfig.logGroup : undefined;
  return name ?? `/aws/lambda/${fn.functionName}`;
}

/** A trail of one region records the data events of that region. */
function refuseElsewhere(scope: Construct, fn: AnyFunction): void {
  const here = Stack.of(scope);
  const { account, region } = fn.env;
  for (const [what, theirs, ours] of [
    ['account', account, here.account],
    ['region', region, here.region],
  ] as const) {
    if (theirs === ours || (Token.isUnresolved(theirs) && Token.isUnresolved(ours))) continue;
    const rule = `A trail records the data events of its own ${what}`;
    if (Token.isUnresolved(theirs) || Token.isUnresolved(ours)) {
      const advice = `${rule}: make sure that ${fn.node.path} lies in this stack’s, and state \`env\` on both stacks.`;
      Annotations.of(scope).addWarningV2(`lambda-mcp:trail-${what}`, advice);
      continue;
    }
    throw new Error(
      `${scope.node.path}: ${fn.node.path} lies in ${what} ${theirs}, and this trail in ${ours}. ${rule}: put an ` +
        'McpAuditTrail into a stack there.',
    );
  }
}

function refuseLostLines(scope: Construct, fn: AnyFunction): void {
  const resource = fn.node.defaultChild;
  if (!(resource instanceof lambda.CfnFunction)) return;
  const settings = Stack.of(fn).resolve(resource.loggingConfig) as lambda.CfnFunction.LoggingConfigProperty | undefined;
  const { applicationLogLevel = 'INFO', systemLogLevel = 'INFO', logFormat } = settings ?? {};
  if (logFormat !== 'JSON') return;
  for (const [option, level, what] of [
    ['applicationLogLevelV2', applicationLogLevel, 'the server’s line, which says which tool was called'],
    ['systemLogLevelV2', systemLogLevel, 'Lambda’s lines of START and REPORT, by which forged lines show'],
  ] as const) {
    if (!DROPS_INFO.has(level)) continue;
    throw new Error(
      `${scope.node.path}: ${fn.node.path} logs at ${level} and above, which drops ${what}. Set ${option} to INFO or finer.`,
    );
  }
}
