export const HOSTS = [
  'function',
  'rest-api',
  'service',
  'express',
  'web-function',
  'agent-runtime',
  'edge-function',
  'edge-rest-api',
  'edge-service',
] as const;
export type HostName = (typeof HOSTS)[number];

export const AUTHS = ['iam', 'cognito', 'none'] as const;
export type AuthName = (typeof AUTHS)[number];

/** The app's options for where the server stands: `-c NAME=…`. */
export interface HostOptions {
  readonly host: HostName;
  /** Who checks callers. */
  readonly auth: AuthName;
  /** By which clients call: a DNS record of this name has to point at the host. */
  readonly customDomain?: string | undefined;
  /** Of CloudFront; in us-east-1. */
  readonly cdnCertificateArn?: string | undefined;
  /** Of the load balancer, or of the REST API; in the stack's region. */
  readonly albCertificateArn?: string | undefined;
  readonly apiName?: string | undefined;
  readonly stageName?: string | undefined;
  readonly functionName?: string | undefined;
  /** MB. */
  readonly memory?: number | undefined;
  /** Seconds; of the function. */
  readonly timeout?: number | undefined;
}

/** Reads the options of an app. @throws Error for one that is none */
export function readHostOptions(option: (name: string) => unknown): HostOptions {
  const text = (name: string) => {
    const value = option(name);
    return value === undefined || value === '' ? undefined : String(value);
  };
  const number = (name: string) => {
    const value = text(name);
    if (value !== undefined && !/^[1-9]\d*$/.test(value)) throw new Error(`-c ${name}=${value}: say a whole number.`);
    return value === undefined ? undefined : Number(value);
  };
  const host = oneOf('host', text('host') ?? 'function', HOSTS);
  const needsTokens = host === 'express' || host.startsWith('edge-');
  const usual = needsTokens ? 'cognito' : host === 'service' ? 'none' : 'iam';
  return {
    host,
    auth: oneOf('auth', text('auth') ?? usual, AUTHS),
    customDomain: text('customDomain'),
    cdnCertificateArn: text('cdnCertificateArn'),
    albCertificateArn: text('albCertificateArn'),
    apiName: text('apiName'),
    stageName: text('stageName'),
    functionName: text('functionName'),
    memory: number('memory'),
    timeout: number('timeout'),
  };
}

function oneOf<Name extends string>(option: string, value: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === value);
  if (found !== undefined) return found;
  throw new Error(`-c ${option}=${value}: say ${names.slice(0, -1).join(', ')} or ${names.at(-1)}.`);
}

/** @throws Error for options that do not fit together, with what to give instead */
export function checkHostOptions(options: HostOptions): void {
  const { host, auth, customDomain, cdnCertificateArn, albCertificateArn } = options;
  const refuse = (why: string): never => {
    throw new Error(`-c host=${host} -c auth=${auth}: ${why}`);
  };
  const isEdge = host.startsWith('edge-');
  const isApi = host.endsWith('rest-api');
  const isService = host.endsWith('service');
  const isExpress = host === 'express';
  const isRuntime = host === 'agent-runtime';
  const isWeb = host === 'web-function';

  if (auth === 'iam' && isService)
    refuse('a load balancer checks no signatures. Say auth=cognito, or auth=none: then it is internal.');
  if (auth !== 'cognito' && isExpress)
    refuse('Express Mode is public, so that the server must check who calls. Say auth=cognito.');
  if (auth !== 'cognito' && isEdge) {
    refuse(
      'a signature is for one host, and CloudFront has another; without auth everybody could call. Say auth=cognito.',
    );
  }
  if (auth === 'none' && !isService) refuse('everybody could call it. Say auth=iam or auth=cognito.');

  for (const [name, takes] of [
    ['apiName', isApi],
    ['stageName', isApi],
    ['functionName', !isService && !isExpress && !isRuntime && !isWeb],
    ['timeout', !isService && !isExpress && !isRuntime],
    ['memory', !isRuntime && !isWeb],
    ['cdnCertificateArn', isEdge],
    ['albCertificateArn', isApi || isService],
    ['customDomain', isEdge || isApi || isService || isExpress || (isWeb && auth === 'cognito')],
  ] as const) {
    if (options[name] !== undefined && !takes) refuse(`it has no ${name}. Leave it out.`);
  }
  if (isEdge && (customDomain === undefined) !== (cdnCertificateArn === undefined)) {
    refuse('CloudFront takes a customDomain with its cdnCertificateArn, of us-east-1. Give both, or neither.');
  }
  if (isApi && (customDomain === undefined) !== (albCertificateArn === undefined)) {
    refuse('a REST API takes a customDomain with its albCertificateArn, of the stack’s region. Give both, or neither.');
  }
  if (isApi && customDomain === undefined && auth === 'cognito') {
    refuse('clients look for where to sign in at the root of a host. Give customDomain and albCertificateArn.');
  }
  if (host === 'edge-function' && customDomain === undefined) {
    refuse('the function must know the URL that tokens are for. Give customDomain and cdnCertificateArn.');
  }
  if (isWeb && auth === 'cognito' && customDomain === undefined) {
    refuse(
      'the server must know the URL that tokens are for, and a Web Function is not told its own. Give customDomain.',
    );
  }
  if (isExpress && customDomain === undefined) {
    refuse('the server must know the URL that tokens are for, and Amazon ECS chooses its own. Give customDomain.');
  }
  if (host === 'service' && auth === 'cognito' && (customDomain === undefined || albCertificateArn === undefined)) {
    refuse(
      'the server must know the URL that tokens are for. Give customDomain and albCertificateArn, or say host=edge-service.',
    );
  }
  if (host === 'service' && auth === 'none' && customDomain !== undefined) {
    refuse('without auth the load balancer is internal, and called by its own name. Leave out customDomain.');
  }
  if (host === 'edge-service' && albCertificateArn !== undefined && customDomain === undefined) {
    refuse(
      'CloudFront compares the load balancer’s certificate with the host that was called. Give customDomain and cdnCertificateArn.',
    );
  }
}
