import type { AwsCredentialIdentity } from '@smithy/types';
import type { SigningScope } from '../signing-scope.ts';

/** What a signature is made of. */
export interface RequestToSign {
  readonly method: string;
  readonly url: URL;
  /** The headers to sign; names in lower case, `host` among them. */
  readonly headers: ReadonlyMap<string, string>;
  /** SHA-256 of the body, in hex. */
  readonly payloadHash: string;
  /** As `x-amz-date` has it: `20150830T123600Z`. */
  readonly date: string;
}

export interface Signer {
  /** SHA-256, in hex; a string's is that of its UTF-8 bytes. */
  digest(body: string | Uint8Array): string | Promise<string>;
  /** The `authorization` header. */
  authorize(request: RequestToSign, scope: SigningScope, credentials: AwsCredentialIdentity): string | Promise<string>;
}
