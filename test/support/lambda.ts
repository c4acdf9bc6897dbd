import { fileURLToPath } from 'node:url';
import {
  type LocalLambda,
  type LocalLambdaOptions,
  type LocalPrincipal,
  type PolicyDocument,
  startLocalLambda,
} from 'lambda-mcp/local';

export const ACCOUNT = '111122223333';

export const allOfLambda: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'lambda:*', Resource: '*' }],
};

/** Statements that let a role call the function's URL, and nothing else. */
export function urlPermissions(name: string) {
  const Principal = `arn:aws:iam::${ACCOUNT}:role/${name}`;
  return [
    {
      StatementId: `${name}-url`,
      Action: 'lambda:InvokeFunctionUrl',
      Principal,
      FunctionUrlAuthType: 'AWS_IAM' as const,
    },
    { StatementId: `${name}-invoke`, Action: 'lambda:InvokeFunction', Principal, InvokedViaFunctionUrl: true },
  ];
}

export interface TestLambda extends LocalLambda {
  /** May call the URL. */
  readonly agent: LocalPrincipal;
  /** May do all that there is in Lambda. */
  readonly admin: LocalPrincipal;
  /** What the local Lambda said to its operator. */
  readonly reports: string[];
}

/** A local Lambda with a fixture server, an `agent` and an `admin`. */
export async function startTestLambda(server: string, options: Partial<LocalLambdaOptions> = {}): Promise<TestLambda> {
  const reports: string[] = [];
  const lambda = await startLocalLambda({
    entry: fileURLToPath(new URL(`../fixtures/${server}`, import.meta.url)),
    report: (line) => reports.push(line),
    ...options,
    principals: [{ name: 'agent' }, { name: 'admin', policies: [allOfLambda] }, ...(options.principals ?? [])],
    permissions: [...urlPermissions('agent'), ...(options.permissions ?? [])],
  });
  const [agent, admin] = lambda.principals as [LocalPrincipal, LocalPrincipal];
  return { ...lambda, agent, admin, reports };
}
