import type { LambdaResponseStream } from '../../../wire/response-stream.ts';

export interface RuntimeResponseStream extends LambdaResponseStream {
  /** Writes what must precede the first `write()`: an `end(chunk)` alone does not count as one. */
  _onBeforeFirstWrite?: (write: (chunk: string | Uint8Array) => void) => void;
}

const METHODS = [
  'addListener',
  'cork',
  'destroy',
  'emit',
  'end',
  'eventNames',
  'getMaxListeners',
  'listenerCount',
  'listeners',
  'off',
  'on',
  'once',
  'prependListener',
  'prependOnceListener',
  'rawListeners',
  'removeAllListeners',
  'removeListener',
  'setContentType',
  'setMaxListeners',
  'uncork',
  'write',
] as const;

const PROPERTIES = [
  '_onBeforeFirstWrite',
  'destroyed',
  'writable',
  'writableCorked',
  'writableEnded',
  'writableFinished',
  'writableHighWaterMark',
  'writableLength',
  'writableNeedDrain',
  'writableObjectMode',
] as const;

/**
 * What a handler gets instead of the stream itself. As in Lambda's runtime it is no `Writable`, and has neither `pipe`
 * nor `closed` nor `errored`: code that needs one of them would work here and fail there.
 */
export function handlerStream(stream: RuntimeResponseStream): RuntimeResponseStream {
  const handed = {} as RuntimeResponseStream;
  for (const name of METHODS) Object.assign(handed, { [name]: stream[name].bind(stream) });
  for (const name of PROPERTIES) {
    Object.defineProperty(handed, name, {
      get: () => stream[name],
      set: (value) => Object.assign(stream, { [name]: value }),
    });
  }
  return handed;
}
