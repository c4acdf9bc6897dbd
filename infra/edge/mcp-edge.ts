import { CfnOutput, Names, Stack, Stage, Token } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { partitionOf } from '../../wire/aws/partitions.ts';
import { assertCertificateRegion } from '../certificate-region.ts';
import { assertHostName } from '../host-name.ts';
import { McpService } from '../service/mcp-service.ts';
import { originOf } from './edge-origin.ts';
import { edgeWebAcl } from './edge-web-acl.ts';
import type { McpEdgeProps } from './mcp-edge-props.ts';

/** Where CloudFront looks for certificates and web ACLs. */
const CLOUDFRONT_REGION = 'us-east-1';

const OWN_WEB_ACL = new RegExp(`^arn:aws:wafv2:${CLOUDFRONT_REGION}:[^:]*:global/webacl/.`);

/**
 * CloudFront and a web ACL in front of MCP servers that check their callers themselves.
 *
 * ```ts
 * const edge = new McpEdge(this, 'Edge', { server: tools });
 * ```
 *
 * Nothing is cached, streams are cut by silence only, and the origin answers nobody who goes around. Outputs the URL.
 */
export class McpEdge extends Construct {
  /** CDK's construct of the distribution. */
  readonly distribution: cloudfront.Distribution;
  /** `https://HOST`: servers are beneath it, at `/mcp` or `/NAME/mcp`. */
  readonly origin: string;
  /** The web ACL's ARN. */
  readonly webAclArn: string;

  /** @throws Error for a certificate or web ACL of another region, and for a server that everybody could call */
  constructor(scope: Construct, id: string, props: McpEdgeProps) {
    super(scope, id);
    const { domainName, certificate, server } = props;
    if ((domainName === undefined) !== (certificate === undefined)) {
      throw new Error(`${this.node.path}: give domainName and certificate together, or neither.`);
    }
    assertHostName(this.node.path, domainName);
    if (certificate) assertCertificateRegion(this.node.path, certificate, CLOUDFRONT_REGION, 'CloudFront');
    this.assertPartition();
    this.webAclArn = this.webAclOf(props);
    const { origin, forwardsHost } = originOf(this, props);
    this.distribution = new cloudfront.Distribution(this, 'Distribution', {
      defaultBehavior: {
        origin,
        allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
        cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
        originRequestPolicy: forwardsHost
          ? cloudfront.OriginRequestPolicy.ALL_VIEWER
          : cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        // A redirect would come after the token was sent in the clear.
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
        compress: false,
      },
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      webAclId: this.webAclArn,
      ...(domainName !== undefined && certificate && { domainNames: [domainName], certificate }),
      minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
      ...(props.logBucket && { logBucket: props.logBucket }),
    });
    this.origin = `https://${domainName ?? this.distribution.distributionDomainName}`;
    if (server instanceof McpService) {
      server.network.origin = this.origin;
      this.node.addValidation({
        validate: () =>
          server.network.services
            .filter(({ checksCallers }) => !checksCallers)
            .map(
              ({ path }) => `${this.node.path}: the service at ${path} has no auth, and the edge lets everybody in.`,
            ),
      });
    }
    const path = server instanceof McpService ? server.path : '/mcp';
    new CfnOutput(this, 'Url', { value: `${this.origin}${path}`, description: 'MCP endpoint' });
  }

  /** In China CloudFront is another service, without web ACLs and VPC origins; elsewhere outside `aws` there is none. */
  private assertPartition(): void {
    const { region } = Stack.of(this);
    if (Token.isUnresolved(region) || partitionOf(region).id === 'aws') return;
    throw new Error(
      `${this.node.path}: CloudFront and its web ACLs, which are in ${CLOUDFRONT_REGION}, reach nothing in ${region}. Leave ` +
        'out the McpEdge there, and let clients call the server itself.',
    );
  }

  private webAclOf({ webAclArn, rateLimit, managedRules }: McpEdgeProps): string {
    if (webAclArn !== undefined) {
      if (rateLimit !== undefined || managedRules !== undefined) {
        throw new Error(
          `${this.node.path}: the web ACL of webAclArn has its own rules. Leave out rateLimit and managedRules.`,
        );
      }
      if (Token.isUnresolved(webAclArn) || OWN_WEB_ACL.test(webAclArn)) return webAclArn;
      throw new Error(
        `${this.node.path}: ${webAclArn} is no web ACL that CloudFront takes. Give the ARN of one of scope CLOUDFRONT, ` +
          `arn:aws:wafv2:${CLOUDFRONT_REGION}:ACCOUNT:global/webacl/NAME/ID, or leave out webAclArn.`,
      );
    }
    if (
      rateLimit !== undefined &&
      !Token.isUnresolved(rateLimit) &&
      !(Number.isInteger(rateLimit) && rateLimit >= 10)
    ) {
      throw new Error(`${this.node.path}: rateLimit is ${rateLimit}. AWS WAF takes a whole number, 10 at least.`);
    }
    const rules = {
      ...(rateLimit !== undefined && { rateLimit }),
      ...(managedRules !== undefined && { managedRules }),
    };
    const { region, account } = Stack.of(this);
    if (region === CLOUDFRONT_REGION) return edgeWebAcl(this, rules).attrArn;
    if (Token.isUnresolved(region)) {
      throw new Error(
        `${this.node.path}: the web ACL must be in ${CLOUDFRONT_REGION}, and the stack does not say where it is. Give the ` +
          'stack env: { account, region }, or the edge webAclArn.',
      );
    }
    const stack = new Stack(Stage.of(this) as Stage, `${Names.uniqueResourceName(this, { maxLength: 60 })}WebAcl`, {
      env: { account, region: CLOUDFRONT_REGION },
      crossRegionReferences: true,
      description: `Web ACL of ${this.node.path}, which CloudFront takes from ${CLOUDFRONT_REGION} only`,
    });
    return edgeWebAcl(stack, rules).attrArn;
  }
}
