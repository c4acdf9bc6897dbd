import { randomBytes } from 'node:crypto';
import { endpointHost } from '../../wire/aws/hosts.ts';
import type { LocalFunction } from '../local-function.ts';
import type { LocalRestApiOptions } from './rest-api-options.ts';

/** The one REST API of a local Lambda. */
export interface RestApi {
  readonly id: string;
  readonly stage: string;
  /** Its resource's path, without the stage. */
  readonly path: string;
  readonly hasStageInPath: boolean;
  readonly domainName: string;
  /** `arn:aws:execute-api:REGION:ACCOUNT:ID`, to which `/STAGE/METHOD/PATH` is added. */
  readonly arn: string;
  readonly fn: LocalFunction;
}

/** @throws when API Gateway could have no such stage or path */
export function createApi(fn: LocalFunction, options: LocalRestApiOptions): RestApi {
  const { path = '/mcp', stage = 'prod', customDomain = false } = options;
  if (!/^[\w-]{1,128}$/.test(stage)) {
    throw new Error(`A stage has up to 128 letters, digits, - and _, not ${JSON.stringify(stage)}.`);
  }
  if (!/^(?:\/[\w.~-]+)+$/.test(path) || /^\/s?ping$/.test(path)) {
    throw new Error(`The path ${JSON.stringify(path)} is none of an API's: write /mcp. /ping and /sping are reserved.`);
  }
  const id = Array.from(randomBytes(10), (byte) => (byte % 36).toString(36)).join('');
  return {
    id,
    stage,
    path,
    hasStageInPath: !customDomain,
    domainName: customDomain ? 'api.example.com' : endpointHost(`${id}.execute-api`, fn.region),
    arn: `arn:${fn.partition}:execute-api:${fn.region}:${fn.accountId}:${id}`,
    fn,
  };
}

/** What a call asks for, as policies name it. */
export function methodArn({ arn, stage, path }: RestApi, method: string): string {
  return `${arn}/${stage}/${method}${path}`;
}
