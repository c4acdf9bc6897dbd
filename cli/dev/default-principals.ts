import type { AddPermissionInput, LocalPrincipalOptions, PolicyDocument } from '../../local/index.ts';
import { INVOKE_PERMISSIONS } from '../../wire/aws/invoke-permissions.ts';

const ACCOUNT_ID = '111122223333';
const OTHER_ACCOUNT_ID = '444455556666';

const allOfLambda: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'lambda:*', Resource: '*' }],
};

const allOfTheApi: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }],
};

/** The callers that `dev` offers: one that is let in, and one for each way not to be. */
export const devPrincipals: readonly (LocalPrincipalOptions & { readonly description: string })[] = [
  {
    name: 'agent',
    policies: [allOfTheApi],
    description: 'a role of the function’s account; the function grants it both URL actions',
  },
  { name: 'url-only', description: 'the same, but granted lambda:InvokeFunctionUrl alone' },
  {
    name: 'stranger',
    accountId: OTHER_ACCOUNT_ID,
    policies: [allOfLambda],
    description: 'a role of another account; its own policy allows all of Lambda, the function grants it nothing',
  },
  {
    name: 'admin',
    policies: [allOfLambda],
    description: 'a role of the function’s account; its own policy allows all of Lambda',
  },
];

const role = (name: string) => ({ Principal: `arn:aws:iam::${ACCOUNT_ID}:role/${name}` });

/** The function's resource policy to begin with. */
export const devPermissions: readonly AddPermissionInput[] = [
  { StatementId: 'agent-url', ...role('agent'), ...INVOKE_PERMISSIONS.url.input },
  { StatementId: 'agent-invoke', ...role('agent'), ...INVOKE_PERMISSIONS['invoke-via-url'].input },
  { StatementId: 'url-only-url', ...role('url-only'), ...INVOKE_PERMISSIONS.url.input },
];
