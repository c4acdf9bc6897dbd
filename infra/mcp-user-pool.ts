import { CfnOutput, Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { partitionOf } from '../wire/aws/partitions.ts';

/** Options of `McpUserPool`. */
export interface McpUserPoolProps {
  /**
   * What clients may be allowed, by name, with a description: `{ call: 'Call the tools' }`. In tokens a scope is
   * `RESOURCE_SERVER/NAME`.
   */
  readonly scopes: Readonly<Record<string, string>>;
  /** Prefix of the pool's domain: `https://PREFIX.auth.REGION.amazoncognito.com`. Unique in the region. */
  readonly domainPrefix: string;
  /**
   * Identifier of the resource server that the scopes are of.
   *
   * @default 'mcp'
   */
  readonly resourceServer?: string;
  /**
   * Where a person's client takes up its code. Cognito compares every letter, the port too.
   *
   * @default ['http://localhost:33418/callback']
   */
  readonly callbackUrls?: readonly string[];
  /**
   * Whether there is a client for machines too, with a secret and all scopes (client credentials). Cognito bills each
   * of their tokens.
   *
   * @default false
   */
  readonly machineClient?: boolean;
  /**
   * Whether people need a second factor, an authenticator app.
   *
   * @default cognito.Mfa.REQUIRED
   */
  readonly mfa?: cognito.Mfa;
  /**
   * Managed login needs Essentials at least.
   *
   * @default cognito.FeaturePlan.ESSENTIALS
   */
  readonly featurePlan?: cognito.FeaturePlan;
  /**
   * How long an access token is good. One that was revoked is good until then.
   *
   * @default Duration.minutes(15)
   */
  readonly accessTokenValidity?: Duration;
  /**
   * What becomes of the pool, and its users, when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A Cognito user pool for people who call an MCP server: nobody signs up by themselves, managed login, refresh tokens that
 * rotate, and a public client.
 *
 * ```ts
 * const people = new McpUserPool(this, 'People', { domainPrefix: 'my-tools', scopes: { call: 'Call the tools' } });
 * new McpFunction(this, 'Tools', { entry: 'server.ts', auth: McpAuth.userPool(people) });
 * ```
 *
 * Outputs the pool's id, its domain and its clients' ids.
 */
export class McpUserPool extends Construct {
  /** CDK's construct of the pool. */
  readonly userPool: cognito.UserPool;
  /** The public client, for people. */
  readonly peopleClient: cognito.UserPoolClient;
  /** The confidential client, for machines, where asked for. */
  readonly machineClient: cognito.UserPoolClient | undefined;
  /** Variables by which `cognito()` of `lambda-mcp/oauth` knows the pool. */
  readonly environment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: McpUserPoolProps) {
    super(scope, id);
    const { domainPrefix, resourceServer: identifier = 'mcp' } = props;
    const { callbackUrls = ['http://localhost:33418/callback'], accessTokenValidity = Duration.minutes(15) } = props;
    this.userPool = new cognito.UserPool(this, 'Pool', {
      // Managed login, which binds tokens to a resource, needs it.
      featurePlan: props.featurePlan ?? cognito.FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: false,
      signInAliases: { username: true },
      mfa: props.mfa ?? cognito.Mfa.REQUIRED,
      ...(props.mfa !== cognito.Mfa.OFF && { mfaSecondFactor: { otp: true, sms: false } }),
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
      },
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    const scopes = Object.entries(props.scopes).map(
      ([scopeName, scopeDescription]) => new cognito.ResourceServerScope({ scopeName, scopeDescription }),
    );
    const server = this.userPool.addResourceServer('Scopes', {
      identifier,
      // By default the identifier, which as a URL is no name.
      userPoolResourceServerName: 'mcp-scopes',
      scopes,
    });
    const custom = scopes.map((each) => cognito.OAuthScope.resourceServer(server, each));
    const domain = this.userPool.addDomain('Domain', {
      cognitoDomain: { domainPrefix },
      managedLoginVersion: cognito.ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    this.peopleClient = this.userPool.addClient('People', {
      generateSecret: false,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [cognito.OAuthScope.OPENID, ...custom],
        callbackUrls: [...callbackUrls],
      },
      supportedIdentityProviders: [cognito.UserPoolClientIdentityProvider.COGNITO],
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity,
      refreshTokenRotationGracePeriod: Duration.seconds(10),
    });
    // Left out, refreshing without rotation would be among the flows, which Cognito refuses beside rotation.
    (this.peopleClient.node.defaultChild as cognito.CfnUserPoolClient).explicitAuthFlows = ['ALLOW_USER_SRP_AUTH'];
    new cognito.CfnManagedLoginBranding(this, 'Login', {
      userPoolId: this.userPool.userPoolId,
      clientId: this.peopleClient.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    this.machineClient = props.machineClient
      ? this.userPool.addClient('Machine', {
          generateSecret: true,
          oAuth: { flows: { clientCredentials: true }, scopes: custom },
          accessTokenValidity,
        })
      : undefined;

    const clients = [this.peopleClient, ...(this.machineClient ? [this.machineClient] : [])];
    this.environment = {
      COGNITO_USER_POOL_ID: this.userPool.userPoolId,
      COGNITO_REGION: Stack.of(this).region,
      COGNITO_DOMAIN: domain.domainName,
      COGNITO_ALLOWED_CLIENT_IDS: clients.map(({ userPoolClientId }) => userPoolClientId).join(','),
      COGNITO_RESOURCE_SERVER: identifier,
    };
    const output = (name: string, value: string, description: string) =>
      new CfnOutput(this, name, { value, description });
    output('Id', this.userPool.userPoolId, 'User pool');
    // In GovCloud a prefix stands before another suffix.
    const { region } = Stack.of(this);
    const fips = !Token.isUnresolved(region) && partitionOf(region).id === 'aws-us-gov';
    output('LoginUrl', domain.baseUrl({ fips }), 'Where people sign in');
    output('PeopleClientId', this.peopleClient.userPoolClientId, 'Public client, for people');
    if (this.machineClient) {
      output('MachineClientId', this.machineClient.userPoolClientId, 'Confidential client, for machines');
    }
  }
}
