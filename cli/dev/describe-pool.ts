import type { AuthorizationServer } from '../../local/authorization-server/start.ts';

/** Who can sign in, and how other programs do. */
export function describePool({ issuer, domain, users, clients }: AuthorizationServer): string {
  const { people, machine } = clients;
  return `People sign in, in place of IAM, at an authorization server of this process:

  Issuer           ${issuer}
  Endpoints        ${domain}/oauth2/authorize, ${domain}/oauth2/token
${users.map(({ username, password }) => `  User             ${username}, password ${password}`).join('\n')}
  Client           ${people.clientId}, callback ${people.callbackUrls.join(', ')}
  Machine client   ${machine.clientId}, secret ${machine.clientSecret}

A token for a machine:

  curl -s -u ${machine.clientId}:${machine.clientSecret} -d grant_type=client_credentials ${domain}/oauth2/token

`;
}
