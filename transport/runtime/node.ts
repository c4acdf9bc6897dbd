export { createNetwork } from '../network/network.ts';

/** The standard chain of credentials; AWS's packages load only now. */
export async function loadCredentialChain(): Promise<typeof import('../signing/credential-chain.ts').findCredentials> {
  return (await import('../signing/credential-chain.ts')).findCredentials;
}
