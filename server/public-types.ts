/** The types that every entry of the server exports. */
export type { CallOutcome, CallRecord } from '../wire/call-record.ts';
export type { AuthInfo, RequestAuth } from './auth.ts';
export type { Caller, CallerIdentity } from './caller.ts';
export type { DelegateOptions } from './end-user.ts';
export type { HostInfo, LambdaHandlerOptions, McpRequestContext } from './handler-options.ts';
export type { LambdaContext } from './lambda-context.ts';
export type { LambdaHandler, LambdaStreamHandler } from './lambda-handler.ts';
export type { CallLogger } from './log-line.ts';
