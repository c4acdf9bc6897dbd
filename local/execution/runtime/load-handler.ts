import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { runtimeError } from './error-payload.ts';
import { type AnyHandler, highWaterMark, isStreaming } from './handler-marks.ts';

/** Which handler to load. */
export interface HandlerLocation {
  /** Absolute path of the handler's module. */
  readonly entry: string;
  readonly exportName: string;
}

export interface LoadedHandler {
  readonly call: AnyHandler;
  /** Takes (event, responseStream, context) rather than (event, context). */
  readonly streaming: boolean;
  readonly highWaterMark: number | undefined;
}

/**
 * Imports the function's module and finds its handler.
 *
 * @throws what the module throws, or a `Runtime.…` error: ImportModuleError, UserCodeSyntaxError, HandlerNotFound,
 * MalformedStreamingHandler, CallbackHandlerDeprecated
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
export async function loadHandler({ entry, exportName }: HandlerLocation): Promise<LoadedHandler> {
  const module = await importModule(entry);
  const call = find(module, exportName) || find(find(module, 'default'), exportName);
  const name = process.env._HANDLER;
  if (!call) throw runtimeError('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  if (!isFunction(call)) throw runtimeError('Runtime.HandlerNotFound', `${name} is not a function`);
  const streaming = isStreaming(call);
  if (call.length >= 3 && !streaming) {
    throw runtimeError(
      'Runtime.CallbackHandlerDeprecated',
      `${name} takes a callback, which Lambda supports no longer as of Node.js 24: make it an async function of event and context.`,
    );
  }
  return { call, streaming, highWaterMark: highWaterMark(call) };
}

async function importModule(entry: string): Promise<unknown> {
  if (!existsSync(entry)) throw runtimeError('Runtime.ImportModuleError', `Error: Cannot find module '${entry}'`);
  try {
    return await import(pathToFileURL(entry).href);
  } catch (error) {
    if (error instanceof SyntaxError) {
      const { stack } = error;
      throw Object.assign(runtimeError('Runtime.UserCodeSyntaxError', String(error)), { stack });
    }
    // So CommonJS says it. What an ES module imports in vain (ERR_MODULE_NOT_FOUND), the runtime reports as it is.
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') {
      throw runtimeError('Runtime.ImportModuleError', String(error));
    }
    throw error;
  }
}

function find(from: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value ? (value as Record<string, unknown>)[key] : undefined),
      from,
    );
}

function isFunction(value: unknown): value is AnyHandler {
  return typeof value === 'function';
}
