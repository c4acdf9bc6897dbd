import type { NetworkOptions } from '../transport/network/network-options.ts';

/** The network as the AWS CLI finds it: the environment names its proxy. */
export function networkOptions({ connectTimeout }: { readonly connectTimeout: number }): NetworkOptions {
  return { proxy: true, connectTimeout };
}
