import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';

/**
 * Rules of AWS that would refuse what an MCP client may send: arguments of tools are code, pages, paths and long texts, and
 * some runtimes send no `User-Agent`. They count, and let through.
 *
 * Source: AWS WAF Developer Guide, "Baseline rule groups" and "IP reputation rule groups".
 */
const RULE_GROUPS: Readonly<Record<string, readonly string[]>> = {
  AWSManagedRulesAmazonIpReputationList: [],
  AWSManagedRulesCommonRuleSet: [
    'NoUserAgent_HEADER',
    'SizeRestrictions_BODY',
    'EC2MetaDataSSRF_BODY',
    'GenericLFI_BODY',
    'GenericRFI_BODY',
    'CrossSiteScripting_BODY',
  ],
  AWSManagedRulesKnownBadInputsRuleSet: ['JavaDeserializationRCE_BODY', 'Log4JRCE_BODY', 'ReactJSRCE_BODY'],
};

/** A web ACL for CloudFront; belongs into a stack of us-east-1. */
export function edgeWebAcl(
  scope: Construct,
  { rateLimit = 2000, managedRules = true }: { readonly rateLimit?: number; readonly managedRules?: boolean },
): CfnWebACL {
  const groups = managedRules ? Object.entries(RULE_GROUPS) : [];
  return new CfnWebACL(scope, 'WebAcl', {
    scope: 'CLOUDFRONT',
    defaultAction: { allow: {} },
    visibilityConfig: visibility('McpEdge'),
    customResponseBodies: {
      slower: { contentType: 'APPLICATION_JSON', content: '{"error":"Too many requests from this address."}' },
    },
    rules: [
      {
        name: 'RateLimit',
        priority: 0,
        action: { block: { customResponse: { responseCode: 429, customResponseBodyKey: 'slower' } } },
        statement: { rateBasedStatement: { limit: rateLimit, aggregateKeyType: 'IP' } },
        visibilityConfig: visibility('RateLimit'),
      },
      ...groups.map(([name, counted], index) => ({
        name,
        priority: index + 1,
        overrideAction: { none: {} },
        statement: {
          managedRuleGroupStatement: {
            vendorName: 'AWS',
            name,
            ...(counted.length > 0 && {
              ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
            }),
          },
        },
        visibilityConfig: visibility(name),
      })),
    ],
  });
}

export function visibility(metricName: string) {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true };
}
