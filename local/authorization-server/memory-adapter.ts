import type { Adapter, AdapterPayload } from 'oidc-provider';

/**
 * Where a provider keeps its codes, sessions and refresh tokens: in this process, as long as it runs. The library has one
 * like it, and a warning with it.
 */
export function createMemoryAdapter(): (kind: string) => Adapter {
  const kept = new Map<string, AdapterPayload>();
  const now = () => Math.floor(Date.now() / 1000);

  return (kind) => {
    const keyOf = (id: string) => `${kind}:${id}`;
    const find = async (id: string) => {
      const found = kept.get(keyOf(id));
      return found?.exp !== undefined && found.exp < now() ? undefined : found;
    };
    const findBy = async (field: 'uid' | 'userCode', value: string) =>
      [...kept].find(([key, payload]) => key.startsWith(`${kind}:`) && payload[field] === value)?.[1];
    return {
      find,
      findByUid: (uid) => findBy('uid', uid),
      findByUserCode: (code) => findBy('userCode', code),
      async upsert(id, payload, expiresIn) {
        kept.set(keyOf(id), { ...payload, ...(expiresIn && { exp: now() + expiresIn }) });
      },
      async consume(id) {
        const found = await find(id);
        if (found) found.consumed = now();
      },
      async destroy(id) {
        kept.delete(keyOf(id));
      },
      async revokeByGrantId(grantId) {
        for (const [key, payload] of kept) if (payload.grantId === grantId) kept.delete(key);
      },
    };
  };
}
