import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CredentialsError } from '../../transport/errors.ts';
import { credentialsSource, isOtherKey } from '../../transport/signing/credentials.ts';

const MINUTE = 60_000;
const key = { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't' };

/** A provider whose credentials hold for some milliseconds, or for ever; it fails when it is told to. */
function provider(lifetime?: number) {
  const asked: (boolean | undefined)[] = [];
  const state = { fails: false };
  const provide = async (options?: { forceRefresh?: boolean }) => {
    asked.push(options?.forceRefresh);
    if (state.fails) throw new Error('the vault is closed');
    const expiration = lifetime === undefined ? {} : { expiration: new Date(Date.now() + lifetime) };
    return { ...key, sessionToken: String(asked.length), ...expiration };
  };
  return { asked, state, find: credentialsSource({ credentials: provide }) };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: 0 }));
afterEach(() => void vi.useRealTimers());

it('credentials that are given are used as they are', async () => {
  const find = credentialsSource({ credentials: key });
  expect(await find()).toBe(key);
  expect(await find({ forceRefresh: true })).toBe(key);
});

describe('a provider', () => {
  it('is asked once where its credentials do not expire', async () => {
    const { find, asked } = provider();
    vi.setSystemTime(1e12);
    for (let request = 0; request < 3; request += 1) expect((await find()).sessionToken).toBe('1');
    expect(asked).toEqual([false]);
  });

  it('is asked again when five minutes are left', async () => {
    const { find, asked } = provider(60 * MINUTE);
    await find();
    vi.setSystemTime(55 * MINUTE);
    await find();
    expect(asked).toHaveLength(1);
    vi.setSystemTime(55 * MINUTE + 1);
    expect((await find()).sessionToken).toBe('2');
    expect(asked).toEqual([false, false]);
  });

  it('is asked anew when the credentials were refused', async () => {
    const { find, asked } = provider(60 * MINUTE);
    await find();
    expect((await find({ forceRefresh: true })).sessionToken).toBe('2');
    expect((await find()).sessionToken).toBe('2');
    expect(asked).toEqual([false, true]);
  });

  it('is asked once, however many wait', async () => {
    const { find, asked } = provider();
    await Promise.all([find(), find(), find()]);
    expect(asked).toHaveLength(1);
  });

  it('that fails is no matter while the credentials still hold', async () => {
    const { find, asked, state } = provider(60 * MINUTE);
    await find();
    state.fails = true;
    vi.setSystemTime(60 * MINUTE - 1);
    expect((await find()).sessionToken).toBe('1');
    expect((await find()).sessionToken).toBe('1');
    expect(asked).toHaveLength(3);
    await expect(find({ forceRefresh: true })).rejects.toThrow(CredentialsError);
    vi.setSystemTime(60 * MINUTE);
    await expect(find()).rejects.toThrow(CredentialsError);
    state.fails = false;
    expect((await find()).sessionToken).toBe('6');
  });

  it('that fails is told with its reason', async () => {
    const cause = new Error('no profile');
    const failing = (reason: unknown) => credentialsSource({ credentials: () => Promise.reject(reason) })();
    await expect(failing(cause)).rejects.toMatchObject({ name: 'CredentialsError', cause });
    await expect(failing(cause)).rejects.toThrow(/no profile.*AWS_PROFILE/);
    await expect(failing('no profile')).rejects.toThrow(/no profile/);
  });
});

it('credentials differ by what they sign with', () => {
  expect(isOtherKey(key, { ...key, expiration: new Date() })).toBe(false);
  for (const name of ['accessKeyId', 'secretAccessKey', 'sessionToken']) {
    expect(isOtherKey(key, { ...key, [name]: 'other' }), name).toBe(true);
  }
});
