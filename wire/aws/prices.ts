/**
 * List prices of AWS Lambda in dollars: us-east-1, as of 2026-11, no free tier and no savings plan.
 *
 * Source: AWS Lambda pricing; not re-checked for other regions.
 */
export const LAMBDA_PRICES = {
  request: 0.2e-6,
  /** A second of one GB (1024 MB), by architecture. */
  gigabyteSecond: { arm64: 0.0000133334, x86_64: 0.0000166667 },
  /** A GB of streamed response beyond the first 6 MB of each. */
  streamedGigabyte: 0.008,
} as const;

export type Architecture = keyof typeof LAMBDA_PRICES.gigabyteSecond;
