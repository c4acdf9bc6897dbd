/**
 * Whether AWS says that it did not begin with a request, and soon may: as of a throttle, nothing has run. A function that
 * was idle for weeks is made ready anew, one was deployed just now, a VPC is to be joined; in AgentCore another request of
 * the same session is under way.
 *
 * Source: AWS Lambda API Reference, "Invoke", errors; API models of Lambda and of Bedrock AgentCore (`retryable`).
 */
export function isNotBegun({ status, headers }: Response): boolean {
  if (status === 429) return true;
  return (status === 409 || status === 502) && NOT_BEGUN.test(headers.get('x-amzn-errortype') ?? '');
}

/** As restJson1 has it: with a namespace before it, or a URL behind. */
const NOT_BEGUN =
  /(?:^|#)(?:CodeArtifactUserPending|EC2Throttled|ResourceConflict|ResourceNotReady|RetryableConflict|SnapStartNotReady)Exception(?::|$)/;
