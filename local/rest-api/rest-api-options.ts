import type { PolicyDocument } from '../iam/policy.ts';

/** A REST API in front of the function, with one resource that takes every method and streams. */
export interface LocalRestApiOptions {
  /**
   * Who may call: IAM principals, whoever a Lambda authorizer lets in, or whoever has a user pool's token.
   * @default 'iam'
   */
  readonly authorization?: 'iam' | LambdaAuthorizerOptions | CognitoAuthorizerOptions;
  /**
   * The API's resource policy; `execute-api:/STAGE/METHOD/PATH` stands for an ARN of this API. With `'iam'` only.
   * @default none
   */
  readonly resourcePolicy?: PolicyDocument;
  /**
   * Path of the resource.
   * @default '/mcp'
   */
  readonly path?: string;
  /**
   * Name of the stage, which the path begins with.
   * @default 'prod'
   */
  readonly stage?: string;
  /**
   * Whether it is called by a custom domain with an empty base path, which has no stage in its paths.
   * @default false
   */
  readonly customDomain?: boolean;
  /**
   * How long a response may be silent before it is cut off; milliseconds. API Gateway: 5 minutes, 30 seconds where it is
   * edge-optimized.
   * @default 300000
   */
  readonly idleTimeout?: number;
  /**
   * Port on 127.0.0.1.
   * @default a free one
   */
  readonly port?: number;
}

/** A Lambda authorizer: a function of yours that says who may call. */
export interface LambdaAuthorizerOptions {
  /** What it is given: one header, or the whole request. */
  readonly type: 'TOKEN' | 'REQUEST';
  /** Path of the module that exports the authorizer's handler; it is not bundled, and Node must be able to run it. */
  readonly entry: string;
  /** Environment variables of the authorizer. */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Names of the headers without which it is not asked, and by which its answers are remembered; a TOKEN authorizer has one.
   * @default ['Authorization']
   */
  readonly identityHeaders?: readonly string[];
  /** What a TOKEN authorizer's token must fit. @default anything */
  readonly validation?: RegExp;
  /**
   * How long its answers are remembered, 0 to 3600 seconds.
   * @default 300
   */
  readonly resultTtl?: number;
}

/** A Cognito authorizer: API Gateway checks the tokens of a user pool. */
export interface CognitoAuthorizerOptions {
  /** Says that it is one. */
  readonly type: 'COGNITO_USER_POOLS';
  /** `https://cognito-idp.REGION.amazonaws.com/POOL_ID`, or whatever the tokens have. */
  readonly issuer: string;
  /** Where the issuer's keys are, such as at a server on loopback. @default the issuer's `/.well-known/jwks.json` */
  readonly jwksUri?: string;
  /**
   * Scopes of which an access token must have one. Without any it takes ID tokens, and no access token.
   * @default none
   */
  readonly scopes?: readonly string[];
}
