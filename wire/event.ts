/**
 * The event a function URL hands to its function (payload format 2.0).
 *
 * Source: AWS Lambda Developer Guide, "Invoking Lambda function URLs", request payload format.
 */
export interface FunctionUrlEvent {
  readonly version: '2.0';
  readonly routeKey: string;
  /** The path as it was sent, still percent-encoded. */
  readonly rawPath: string;
  /** The query as it was sent, without the `?`; empty when there is none. */
  readonly rawQueryString: string;
  /** `name=value` pairs of the `Cookie` header, which is then absent from `headers`. */
  readonly cookies?: readonly string[];
  /** Names in lower case; a repeated header's values are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded; a repeated key's values are joined by commas. Absent when there is no query. */
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly requestContext: FunctionUrlRequestContext;
  /** Absent when the request has no body. */
  readonly body?: string;
  /** Whether `body` is base64, as it is for binary content types. */
  readonly isBase64Encoded: boolean;
}

export interface FunctionUrlRequestContext {
  readonly accountId: string;
  readonly apiId: string;
  readonly authentication: null;
  readonly authorizer?: { readonly iam?: IamAuthorizer };
  readonly domainName: string;
  readonly domainPrefix: string;
  readonly http: {
    readonly method: string;
    readonly path: string;
    readonly protocol: string;
    readonly sourceIp: string;
    readonly userAgent: string;
  };
  /** The invocation's request id: the same value as the handler's `context.awsRequestId`. */
  readonly requestId: string;
  readonly routeKey: string;
  readonly stage: string;
  /** `12/Mar/2020:19:03:58 +0000` */
  readonly time: string;
  /** Milliseconds since the epoch. */
  readonly timeEpoch: number;
}

/** The IAM caller as a function URL of auth type `AWS_IAM` states it. */
export interface IamAuthorizer {
  readonly accessKey: string;
  readonly accountId: string;
  /** A user's or role's unique id; `AROA…:SESSION` for an assumed role. */
  readonly callerId: string;
  readonly cognitoIdentity: null;
  readonly principalOrgId: string | null;
  /** The caller's ARN; for an assumed role `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`. */
  readonly userArn: string;
  readonly userId: string;
}
