/**
 * The names that services sign by, where it is not their endpoints' own: `bedrock-runtime.us-east-1.amazonaws.com` is
 * signed for `bedrock`. A test compares it with botocore's data, where that is present.
 *
 * Source: the AWS SDKs' service models, `signingName` beside `endpointPrefix`.
 */
const SIGNING_NAMES: Readonly<Record<string, string>> = {
  'agreement-marketplace': 'aws-marketplace',
  appconfigdata: 'appconfig',
  appstream2: 'appstream',
  'bedrock-agent': 'bedrock',
  'bedrock-agent-runtime': 'bedrock',
  'bedrock-agentcore-control': 'bedrock-agentcore',
  'bedrock-data-automation': 'bedrock',
  'bedrock-data-automation-runtime': 'bedrock',
  'bedrock-runtime': 'bedrock',
  'cassandra-streams': 'cassandra',
  cloudhsmv2: 'cloudhsm',
  cloudsearchdomain: 'cloudsearch',
  'contact-lens': 'connect',
  'data-signer': 'signer',
  'deployment-marketplace': 'aws-marketplace',
  'discovery-marketplace': 'aws-marketplace',
  email: 'ses',
  forecastquery: 'forecast',
  'identity-chime': 'chime',
  ivsrealtime: 'ivs',
  'mail-manager': 'ses',
  'media-pipelines-chime': 'chime',
  'meetings-chime': 'chime',
  'memory-db': 'memorydb',
  'messaging-chime': 'chime',
  'migrationhub-config': 'mgh',
  'models-v2-lex': 'lex',
  oidc: 'sso-oauth',
  'personalize-events': 'personalize',
  'personalize-runtime': 'personalize',
  pinpoint: 'mobiletargeting',
  'reporting-marketplace': 'aws-marketplace',
  'runtime-v2-lex': 'lex',
  's3-control': 's3',
  'servicecatalog-appregistry': 'servicecatalog',
  'voice-chime': 'chime',
};

/** What requests to a service's endpoint are signed for. */
export function signingName(endpointPrefix: string): string {
  return SIGNING_NAMES[endpointPrefix] ?? endpointPrefix;
}
