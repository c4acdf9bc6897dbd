import { dirname, parse } from 'node:path';
import type { EnvironmentsOptions } from './environments-options.ts';

/** Of the host's variables, those that a program needs to run at all. Its AWS credentials are not among them. */
const HOST_VARIABLES = ['PATH', 'HOME', 'LANG', 'SystemRoot'];

/**
 * The environment variables of the function. Those that Lambda reserves cannot be set otherwise, except credentials:
 * nobody assumes an execution role here, so the function has those that its owner gives it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function functionVariables(options: EnvironmentsOptions, logStreamName: string): Record<string, string> {
  const { entry, exportName = 'handler', functionName, region } = options;
  const [nodeMajor] = process.versions.node.split('.');
  return {
    ...hostVariables(),
    TZ: ':UTC',
    ...options.environment,
    _HANDLER: `${parse(entry).name}.${exportName}`,
    LAMBDA_TASK_ROOT: dirname(entry),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${nodeMajor}.x`,
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: options.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(options.memoryMb),
    ...initialization(options),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
  };
}

function initialization({ maxConcurrencyPerEnvironment: calls = 1 }: EnvironmentsOptions): Record<string, string> {
  if (calls === 1) return { AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' };
  return {
    AWS_LAMBDA_INITIALIZATION_TYPE: 'lambda-managed-instances',
    AWS_LAMBDA_MAX_CONCURRENCY: String(calls),
  };
}

function hostVariables(): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const name of HOST_VARIABLES) {
    const value = process.env[name];
    if (value !== undefined) variables[name] = value;
  }
  return variables;
}
