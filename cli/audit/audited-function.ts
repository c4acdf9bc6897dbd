import { type FunctionName, readFunctionName } from '../../wire/aws/function-name.ts';
import type { TrailEvent } from './trail-event.ts';

/** The function that is asked about; what is undefined may be any. */
export type AuditedFunction = Pick<FunctionName, 'name' | 'region' | 'accountId'>;

const functions = new Map<string, Partial<FunctionName> & { readonly name: string }>();
/** The function that a record is of; of one that names none, the text stands for it. */
export function functionOf({ functionArn }: TrailEvent): Partial<FunctionName> & { readonly name: string } {
  const known = functions.get(functionArn) ?? readFunctionName(functionArn) ?? { name: functionArn };
  functions.set(functionArn, known);
  return known;
}

/** A record may name its function without region and account: then it may be the one. */
export function isFunction(event: TrailEvent, asked: AuditedFunction): boolean {
  const { name, region = asked.region, accountId = asked.accountId } = functionOf(event);
  const isThere = (asked.region ?? region) === region && (asked.accountId ?? accountId) === accountId;
  return name === asked.name && isThere;
}
