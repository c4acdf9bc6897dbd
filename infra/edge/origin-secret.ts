import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { ORIGIN_SECRET_HEADER } from '../../wire/origin-secret.ts';
import type { McpRestApi } from '../mcp-rest-api.ts';
import { visibility } from './edge-web-acl.ts';

/**
 * What CloudFront adds to each request, so that its origin knows that it came by it. The value stands in the distribution and
 * with its origin, for whoever may read their settings: it keeps callers from going around the edge, and proves no identity.
 */
export function originSecret(scope: Construct): string {
  const secret = new Secret(scope, 'OriginSecret', {
    description: 'By which an MCP server knows requests that came by CloudFront',
    generateSecretString: { passwordLength: 48, excludePunctuation: true },
  });
  return secret.secretValue.unsafeUnwrap();
}

/**
 * Lets a REST API answer requests with the secret only.
 *
 * @throws Error where it has a web ACL already: a stage has one
 */
export function admitByEdgeOnly(scope: Construct, api: McpRestApi, secret: string): void {
  if (api.node.tryFindChild('WebAcl')) {
    throw new Error(
      `${scope.node.path}: the REST API has a web ACL of its own, and a stage has one. Leave out its webAclArn: the edge has the rules.`,
    );
  }
  const acl = new CfnWebACL(scope, 'OriginAcl', {
    scope: 'REGIONAL',
    defaultAction: { block: {} },
    visibilityConfig: visibility('McpOrigin'),
    rules: [
      {
        name: 'ByEdge',
        priority: 0,
        action: { allow: {} },
        statement: {
          byteMatchStatement: {
            // CDK hands this on as it is.
            fieldToMatch: { singleHeader: { Name: ORIGIN_SECRET_HEADER } },
            positionalConstraint: 'EXACTLY',
            searchString: secret,
            textTransformations: [{ priority: 0, type: 'NONE' }],
          },
        },
        visibilityConfig: visibility('ByEdge'),
      },
    ],
  });
  new CfnWebACLAssociation(scope, 'OriginAclAssociation', {
    resourceArn: api.api.deploymentStage.stageArn,
    webAclArn: acl.attrArn,
  });
}
