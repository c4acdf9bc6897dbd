import type { StdioServer } from './stdio-server.ts';

/** Where the AWS SDKs and the CLI look for credentials and region. */
const AWS_VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
] as const;

/** The variables that a process sees: those that are named, and `PATH`, by which its command is found. */
export function childEnvironment(
  { env = {}, awsCredentials = false, callerArnVariable }: StdioServer,
  callerArn: string | undefined,
): Record<string, string> {
  const names = ['PATH', ...(awsCredentials ? AWS_VARIABLES : [])];
  const variables = {
    ...Object.fromEntries(names.map((name) => [name, process.env[name]])),
    ...env,
    ...(callerArnVariable !== undefined && { [callerArnVariable]: callerArn ?? '' }),
  };
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
