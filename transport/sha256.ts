import type { ChecksumConstructor } from '@smithy/types';

let loaded: Promise<ChecksumConstructor> | undefined;

/**
 * SHA-256 and its HMAC: Node's own, or `@aws-crypto/sha256-js` where `node:crypto` is missing. The latter takes about
 * twenty times as long, and blocks meanwhile.
 */
export function loadSha256(): Promise<ChecksumConstructor> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<ChecksumConstructor> {
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto');
  if (!crypto) return (await import('@aws-crypto/sha256-js')).Sha256;
  return class NodeSha256 {
    readonly #secret: ConstructorParameters<ChecksumConstructor>[0];
    #hash = crypto.createHash('sha256') as ReturnType<typeof crypto.createHash | typeof crypto.createHmac>;

    constructor(secret?: ConstructorParameters<ChecksumConstructor>[0]) {
      this.#secret = secret;
      this.reset();
    }

    update(data: Uint8Array): void {
      this.#hash.update(data);
    }

    async digest(): Promise<Uint8Array> {
      return new Uint8Array(this.#hash.digest());
    }

    reset(): void {
      const secret = this.#secret;
      this.#hash =
        secret === undefined
          ? crypto.createHash('sha256')
          : crypto.createHmac('sha256', typeof secret === 'string' ? secret : new Uint8Array(secret as ArrayBuffer));
    }
  };
}
