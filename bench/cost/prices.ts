import { LAMBDA_PRICES } from '../../wire/aws/prices.ts';

/**
 * List prices in us-east-1, November 2026: from AWS's price pages, written down from memory and not re-checked; no free
 * tier but that of traffic. Dollars; a GB is 10⁹ bytes, a month 30 days.
 */
export const PRICES = {
  /** AWS Lambda. A function URL is free; initialisation is billed since 1 August 2025. */
  lambda: { request: LAMBDA_PRICES.request, gigabyteSecond: LAMBDA_PRICES.gigabyteSecond.arm64 },
  /** Amazon CloudWatch: logs as they are taken in, a metric, an alarm and a dashboard a month. */
  cloudWatch: { logGigabyte: 0.5, metric: 0.3, alarm: 0.1, dashboard: 3 },
  /** AWS CloudTrail, a data event. */
  cloudTrail: { dataEvent: 0.1 / 100_000 },
  /** AWS X-Ray, a trace that is recorded. */
  xray: { trace: 5e-6 },
  /** To the internet. */
  traffic: { gigabyte: 0.09, freeGigabytes: 100 },
  /** Amazon CloudFront, with its free tier of every month. */
  cloudFront: { gigabyte: 0.085, freeGigabytes: 1000, httpsRequest: 1e-6, freeRequests: 10e6 },
  /** Elastic Load Balancing: a GB in load balancer capacity units, beyond the traffic that the guidance's row carries. */
  loadBalancer: { gigabyte: 0.008, publishedGigabytes: 2000 },
};

/**
 * What AWS says its own solution costs a month: 15 million requests and 2 TB through CloudFront.
 *
 * Source: README of aws-solutions-library-samples/guidance-for-deploying-model-context-protocol-servers-on-aws, "Estimated
 * Cost Table", as of August 2025.
 */
export const GUIDANCE = {
  'NAT gateway': 37.35,
  'load balancer': 16.83,
  CloudFront: 87.96,
  WAF: 10,
  DynamoDB: 5.4,
  'Fargate, 1 vCPU and 2 GB': 36.04,
  'Secrets Manager': 0.4,
  Lambda: 0.2,
};
