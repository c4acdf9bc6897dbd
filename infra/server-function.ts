import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Annotations, Duration, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { assertRuntime } from '../wire/node-floor.ts';
import { esmBundling, planBundling } from './esm-bundling.ts';
import { executionRole } from './execution-role.ts';
import type { ServerFile } from './gateway/list-tools.ts';
import type { McpFunctionProps } from './mcp-function-props.ts';

/** Options of a server's function, whoever calls it. */
type ServerFunctionProps = Omit<McpFunctionProps, 'auth' | 'provisionedConcurrentExecutions' | 'stdio'> & {
  readonly entry: string;
};

interface ServerFunction {
  readonly function: NodejsFunction;
  readonly role: iam.IRole;
  readonly logGroup: logs.ILogGroup;
  /** By which the server can be asked for its tools at synthesis. */
  readonly serverFile: ServerFile;
}

/** A function with a server in it, with the defaults of `McpFunctionProps`, its role and its log group. */
export function serverFunction(
  scope: Construct,
  { logGroup: given, logRetention, ...props }: ServerFunctionProps,
  variables: Readonly<Record<string, string>> = {},
): ServerFunction {
  assertRuntime(props.runtime?.name ?? 'nodejs24.x');
  const retention = logRetention ?? logs.RetentionDays.THREE_MONTHS;
  const logGroup = given ?? new logs.LogGroup(scope, 'LogGroup', { retention });
  const role = props.role ?? executionRole(scope, props.vpc !== undefined);
  logGroup.grantWrite(role);
  const bundling = plan(scope, props);
  const made = new NodejsFunction(scope, 'Function', {
    ...props,
    runtime: props.runtime ?? lambda.Runtime.NODEJS_24_X,
    architecture: props.architecture ?? lambda.Architecture.ARM_64,
    memorySize: props.memorySize ?? 512,
    timeout: props.timeout ?? Duration.seconds(60),
    tracing: props.tracing ?? lambda.Tracing.ACTIVE,
    loggingFormat: props.loggingFormat ?? lambda.LoggingFormat.JSON,
    bundling,
    environment: {
      // Node reads no source map unless it is asked to.
      ...(bundling.sourceMap && { NODE_OPTIONS: '--enable-source-maps' }),
      ...variables,
      ...props.environment,
    },
    logGroup,
    role,
  });
  const { entry, handler, environment = {} } = props;
  const nodeModules = props.bundling?.nodeModules ?? [];
  return { function: made, role, logGroup, serverFile: { entry, exportName: handler, environment, nodeModules } };
}

/** CDK's options for the bundle. A stack that is not deployed now is not bundled either. */
function plan(scope: Construct, { entry, handler = 'handler', bundling }: ServerFunctionProps): BundlingOptions {
  // CDK says it of a file that is not there.
  if (!Stack.of(scope).bundlingRequired || !existsSync(entry)) return esmBundling(bundling);
  // With a dot it is the handler's whole name, of a layer's wrapper for instance.
  const exportName = handler.includes('.') ? undefined : handler;
  const planned = planBundling(resolve(entry), exportName, bundling);
  for (const note of planned.notes) Annotations.of(scope).addInfo(note);
  return planned.bundling;
}
