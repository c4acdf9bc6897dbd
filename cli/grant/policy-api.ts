import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { FunctionTarget } from '../../transport/function-target.ts';
import { invocationErrorResponse } from '../../transport/invocation/invocation-error.ts';
import { proxyAgents } from '../../transport/node-proxy.ts';
import { credentialsSource } from '../../transport/signing/credentials.ts';
import { environmentRegion } from '../../transport/signing-scope.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import { explainResponse } from '../explain-response.ts';
import type { TargetOptions } from '../target-options.ts';
import type { Permission } from './permissions.ts';
import { type PolicyStatement, readPolicy } from './statement.ts';

/** A function's URL, as its configuration tells. */
export interface UrlConfig {
  readonly url: string;
  readonly authType: string;
}

/** The function's resource policy, through the Lambda API. What AWS refuses is thrown as `CommandError`. */
export interface PolicyApi {
  /** Empty when the function has no policy. */
  statements(): Promise<PolicyStatement[]>;
  /** @returns the statement as Lambda wrote it; undefined when its id was there already */
  add(permission: Permission): Promise<PolicyStatement | undefined>;
  /** @returns whether it was there */
  remove(statementId: string): Promise<boolean>;
  /** Undefined when there is no URL. */
  urlConfig(): Promise<UrlConfig | undefined>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Loads AWS's client only now: printing commands needs none. */
export async function openPolicyApi(target: FunctionTarget, options: TargetOptions): Promise<PolicyApi> {
  const sdk = await import('@aws-sdk/client-lambda');
  const client = await createClient(target, options);
  const qualifier = options.qualifier ?? target.qualifier;
  const subject = { FunctionName: target.functionName, ...(qualifier && { Qualifier: qualifier }) };

  async function unless<T>(name: string, work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      const { name: thrown, message } = error as Error;
      // A function without a policy and a function that does not exist differ by the message alone.
      if (thrown === name && !message.startsWith('Function not found')) return undefined;
      throw await explained(error);
    }
  }

  return {
    async statements() {
      const answer = await unless('ResourceNotFoundException', client.send(new sdk.GetPolicyCommand(subject)));
      return answer?.Policy ? readPolicy(answer.Policy) : [];
    },
    async add({ opening: _, ...input }) {
      const sent = client.send(new sdk.AddPermissionCommand({ ...subject, ...input }));
      const answer = await unless('ResourceConflictException', sent.catch(explainPrincipal(input.Principal)));
      return answer && (JSON.parse(answer.Statement ?? '{}') as PolicyStatement);
    },
    async remove(StatementId) {
      const sent = client.send(new sdk.RemovePermissionCommand({ ...subject, StatementId }));
      return (await unless('ResourceNotFoundException', sent)) !== undefined;
    },
    async urlConfig() {
      const sent = client.send(new sdk.GetFunctionUrlConfigCommand(subject));
      const answer = await unless('ResourceNotFoundException', sent);
      return answer && { url: answer.FunctionUrl ?? '', authType: answer.AuthType ?? '' };
    },
    [Symbol.asyncDispose]: async () => client.destroy(),
  };
}

async function createClient(target: FunctionTarget, options: TargetOptions): Promise<LambdaClient> {
  const { LambdaClient } = await import('@aws-sdk/client-lambda');
  const credentials = credentialsSource(options);
  const region = options.region ?? target.region ?? environmentRegion();
  return new LambdaClient({
    maxAttempts: 2,
    credentials: () => credentials(),
    requestHandler: { connectionTimeout: options.connectTimeout, requestTimeout: 30_000, ...proxyAgents() },
    ...(region && { region }),
    ...(options.endpoint && { endpoint: options.endpoint }),
    ...(options.profile && { profile: options.profile }),
  });
}

async function explained(error: unknown): Promise<unknown> {
  if (error instanceof CommandError) return error;
  const response = invocationErrorResponse(error);
  return response ? explainResponse(response) : error;
}

/** AWS's message does not say which principal, nor that it looked for it. */
function explainPrincipal(principal: string): (error: unknown) => never {
  return (error) => {
    const { name, message } = error as Error;
    if (name !== 'InvalidParameterValueException' || !/principal/i.test(message)) throw error;
    throw new CommandError(
      `AWS knows no principal ${principal}: it does not exist, or its path is missing. Its ARN in full is what ` +
        '`aws iam get-role --role-name NAME --query Role.Arn` (or get-user) prints.',
      ExitCode.failed,
      { cause: error },
    );
  };
}
