import { App } from 'aws-cdk-lib';
import { awsToolsStack } from './stack.ts';

// `cdk deploy -c caller=arn:aws:iam::111122223333:role/agent -c via=both`: see docs/deploy.md.
const app = new App();
const option = (name: string): string | undefined => app.node.tryGetContext(name);
const caller = option('caller');
const via = option('via');
const logGroups = option('bedrockLogGroup')?.split(',');
const regions = option('bedrockLogRegions')?.split(',');

if (via !== undefined && via !== 'url' && via !== 'invoke' && via !== 'both') {
  throw new Error(`-c via=${via}: say url, invoke or both.`);
}
awsToolsStack(app, 'LambdaMcpAwsTools', {
  ...(caller !== undefined && { caller }),
  ...(via !== undefined && { via }),
  bedrockLogs: { ...(logGroups && { logGroups }), ...(regions && { regions }) },
});
