import { App } from 'aws-cdk-lib';
import { readHostOptions } from './host-options.ts';
import { awsToolsStack } from './stack.ts';

// `cdk deploy -c caller=arn:aws:iam::111122223333:role/agent -c via=both`: see docs/deploy.md.
const app = new App();
const option = (name: string): string | undefined => app.node.tryGetContext(name);
const caller = option('caller');
const via = option('via');
const logGroups = option('bedrockLogGroup')?.split(',');
const regions = option('bedrockLogRegions')?.split(',');
const host = readHostOptions(option);
// A web ACL of us-east-1 and the address list of a region cannot be found without.
const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;

if (via !== undefined && via !== 'url' && via !== 'invoke' && via !== 'both') {
  throw new Error(`-c via=${via}: say url, invoke or both.`);
}
awsToolsStack(app, 'LambdaMcpAwsTools', {
  ...(caller !== undefined && { caller }),
  ...(via !== undefined && { via }),
  ...(host.host.startsWith('edge-') &&
    account !== undefined &&
    region !== undefined && { env: { account, region }, crossRegionReferences: region !== 'us-east-1' }),
  host,
  bedrockLogs: { ...(logGroups && { logGroups }), ...(regions && { regions }) },
});
