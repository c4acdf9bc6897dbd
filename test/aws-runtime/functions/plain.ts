/** Handlers that stream nothing: what they return is the response. */
class OwnError extends Error {
  override readonly name = 'OwnError';
}

const circular: Record<string, unknown> = {};
circular.self = circular;

const results: Record<string, () => unknown> = {
  object: () => ({ statusCode: 201, body: 'ä' }),
  nothing: () => undefined,
  text: () => 'text',
  promise: async () => 1,
  circular: () => circular,
  bigint: () => 1n,
  throw() {
    throw new OwnError('no good');
  },
};

export const handler = (event: { rawPath: string }) => results[event.rawPath.slice(1)]?.();
