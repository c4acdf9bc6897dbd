import { ownCommand } from '../own-command.ts';
import type { DevPrincipals } from './principals-file.ts';
import type { DevSelf } from './self.ts';

/** What a person needs of a server that runs: where it is, how to reach it, and what to paste for other programs. */
export function describeDev(self: DevSelf, { principals }: DevPrincipals, several: boolean): string {
  const { entry, functionUrl, lambdaEndpoint, functionArn, functionName, region, trailFile, logFile } = self;
  const accessLog = self.accessLogFile === undefined ? '' : `\n  Access log       ${self.accessLogFile}`;
  const restApi = self.restApiUrl === undefined ? '' : `\n  REST API         ${self.restApiUrl}`;
  const restExports =
    self.restApiUrl === undefined
      ? ''
      : `\nexport REST_API_URL='${self.restApiUrl}' ACCESS_LOG_FILE='${self.accessLogFile}'`;
  const target = several ? `dev:${functionName}` : 'dev';
  const credentials = self.principals.map(({ name, accessKeyId, secretAccessKey, sessionToken }) => {
    const { description } = principals.find((principal) => principal.name === name) ?? {};
    return [
      `# ${name}${description === undefined ? '' : `: ${description}`}`,
      `export AWS_ACCESS_KEY_ID='${accessKeyId}' AWS_SECRET_ACCESS_KEY='${secretAccessKey}'`,
      `export AWS_SESSION_TOKEN='${sessionToken ?? ''}'`,
      '',
    ].join('\n');
  });
  const command = ownCommand();
  return `${entry} runs on the local Lambda. Ctrl-C ends it.

  Function URL     ${functionUrl}${restApi}
  Lambda endpoint  ${lambdaEndpoint}
  Function         ${functionArn}
  CloudTrail file  ${trailFile}
  Function's log   ${logFile}${accessLog}

From another shell in this folder, as any of its callers:

  ${command} tools ${target}
  ${command} shell ${target} --as ${self.principals.at(-1)?.name ?? 'agent'}
  npx @modelcontextprotocol/inspector ${command} proxy ${target}

For other programs, paste the first two lines and one caller's:

export AWS_REGION='${region}' AWS_ENDPOINT_URL_LAMBDA='${lambdaEndpoint}' FUNCTION_URL='${functionUrl}'
export TRAIL_FILE='${trailFile}' LOG_FILE='${logFile}'${restExports}

${credentials.join('\n')}`;
}
