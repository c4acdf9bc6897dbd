/** A way to a function: its URL, which tells the server who calls; the Invoke API, which does not; or both. */
export type InvokeVia = 'url' | 'invoke' | 'both';

/** What one statement opens; a function URL needs the first two. */
export type Opening = 'url' | 'invoke-via-url' | 'invoke';

/** A permission, in the words of a policy and in those of AddPermission, which writes the condition itself. */
export interface InvokePermission {
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly input: {
    readonly Action: 'lambda:InvokeFunctionUrl' | 'lambda:InvokeFunction';
    readonly FunctionUrlAuthType?: 'AWS_IAM';
    readonly InvokedViaFunctionUrl?: true;
  };
}

/**
 * The permissions that let a caller in. A function URL has asked for two since October 2025; `lambda:InvokeFunction`
 * without its condition opens the Invoke API too.
 *
 * Source: AWS Lambda Developer Guide, "Control access to Lambda function URLs".
 */
export const INVOKE_PERMISSIONS: Readonly<Record<Opening, InvokePermission>> = {
  url: {
    Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
    input: { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'AWS_IAM' },
  },
  'invoke-via-url': {
    Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
    input: { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true },
  },
  invoke: { input: { Action: 'lambda:InvokeFunction' } },
};

const CALLER_OPENINGS: Readonly<Record<InvokeVia, readonly Opening[]>> = {
  url: ['url', 'invoke-via-url'],
  invoke: ['invoke'],
  both: ['url', 'invoke'],
};

/** The statements of a caller's own policy, but for their `Effect`. */
export function callerStatementsFor(
  via: InvokeVia,
  functionArn: string,
): { readonly Action: string; readonly Resource: string; readonly Condition?: InvokePermission['Condition'] }[] {
  return CALLER_OPENINGS[via].map((opening) => {
    const { Condition, input } = INVOKE_PERMISSIONS[opening];
    return { Action: input.Action, Resource: functionArn, ...(Condition && { Condition }) };
  });
}
