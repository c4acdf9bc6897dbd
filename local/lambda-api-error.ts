/**
 * An error as the Lambda API answers it: `errorType` goes into the `x-amzn-ErrorType` header, `message` into the body.
 * @see https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html
 */
export class LambdaApiError extends Error {
  override readonly name = 'LambdaApiError';
  /** Such as `ResourceNotFoundException`. */
  readonly errorType: string;
  /** HTTP status. */
  readonly statusCode: number;
  /** What the body holds besides. */
  readonly members: Readonly<Record<string, string>>;

  constructor(errorType: string, statusCode: number, message: string, members: Readonly<Record<string, string>> = {}) {
    super(message);
    this.errorType = errorType;
    this.statusCode = statusCode;
    this.members = members;
  }
}

export function invalidParameter(message: string): LambdaApiError {
  return new LambdaApiError('InvalidParameterValueException', 400, message);
}

export function notFound(message: string): LambdaApiError {
  return new LambdaApiError('ResourceNotFoundException', 404, message);
}
