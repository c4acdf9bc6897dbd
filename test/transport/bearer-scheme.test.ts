import { sigv4Fetch, TargetError } from 'lambda-mcp/fetch';
import { expect, it } from 'vitest';

const auth = { token: async () => 'a-token', onUnauthorized: async () => {} };

it.each(['https://127.0.0.1:1/mcp', 'https://localhost:1/mcp', 'http://127.0.0.1:9/mcp'])(
  'a token may go to %s',
  async (url) => {
    const error = await sigv4Fetch({ auth, retry: { attempts: 1 } })(url).catch((thrown: unknown) => thrown);
    // Nobody listens there: it was on its way.
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(TargetError);
  },
);

it('a token goes to no other host over http', async () => {
  await expect(sigv4Fetch({ auth })('http://192.0.2.1/mcp')).rejects.toThrow(TargetError);
});
