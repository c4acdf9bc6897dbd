import { redact } from './signing/redact.ts';

/** What every error of this package's transports is, so that one `instanceof` tells them from others. */
export class TransportError extends Error {
  override readonly name: string = 'TransportError';

  /** @param message may repeat what somebody else said: no secret of ours stays in it */
  constructor(message: string, options?: ErrorOptions) {
    super(redact(message), options);
  }
}

/** The target names no service, region or function that a request could be signed for. */
export class TargetError extends TransportError {
  override readonly name = 'TargetError';
}

/** No credentials, or none that could be used or renewed. `cause` is the error of the provider that was given. */
export class CredentialsError extends TransportError {
  override readonly name = 'CredentialsError';
  /** What to do about it, in words; `message` ends with it. Empty where there is nothing to say. */
  readonly advice: string;

  constructor(message: string, options?: ErrorOptions, advice = '') {
    super(advice ? `${message} ${advice}` : message, options);
    this.advice = advice;
  }
}

/** The body cannot be signed: SigV4 covers a hash of it, and a stream has none before it has been sent. */
export class RequestBodyError extends TransportError {
  override readonly name = 'RequestBodyError';
}

/** The request is larger than Lambda takes, and was not sent. */
export class RequestTooLargeError extends TransportError {
  override readonly name = 'RequestTooLargeError';
  /** Bytes. */
  readonly size: number;
  /** Bytes. */
  readonly limit: number;

  constructor(what: string, size: number, limit: number) {
    super(`${what} has ${size} bytes, and AWS Lambda takes at most ${limit}: send less, or send a reference to it.`);
    this.size = size;
    this.limit = limit;
  }
}

/** A redirect that was not followed, because a signature holds for one request to one host. */
export class RedirectError extends TransportError {
  override readonly name = 'RedirectError';
}

/** Nothing came for longer than `idleTimeout`. The server may be at work on the request all the same. */
export class IdleTimeoutError extends TransportError {
  override readonly name = 'IdleTimeoutError';

  /** @param limit milliseconds */
  constructor(limit: number) {
    super(`Nothing came for ${limit / 1000} s (\`idleTimeout\`). The server may have run the request.`);
  }
}

/** The answer to a message that only reads broke off, or is one that its client must not see. */
export class BrokenAnswerError extends TransportError {
  override readonly name = 'BrokenAnswerError';
  /** What to answer with when nothing better comes. */
  readonly response: Response;
  /** Whether there was no response at all, so that it may be asked for again. */
  readonly isRepeatable: boolean;

  constructor(message: string, response: Response, isRepeatable: boolean, options: ErrorOptions) {
    super(message, options);
    this.response = response;
    this.isRepeatable = isRepeatable;
  }
}
