import type { AwsCredentialIdentity } from '@smithy/types';
import { CredentialsError } from '../errors.ts';
import { rememberSecret } from './redact.ts';

/** What the parts of credentials are called where they come from. */
export interface PartNames {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

const PARTS = ['accessKeyId', 'secretAccessKey', 'sessionToken'] as const;

/**
 * Credentials whose parts can be parts of credentials, so that a request may be signed with them. All of AWS's are made
 * of letters, digits and a few signs: a line break, a space or a quotation mark came in when they were copied.
 *
 * Source: AWS IAM API Reference, AccessKey: a key id is made of word characters.
 *
 * @throws {CredentialsError} that names the part and what is wrong with it, never its value
 */
export function checkedCredentials<T extends AwsCredentialIdentity>(credentials: T, names: PartNames): T {
  // AWS's SDKs give null for a token that there is not.
  const parts = PARTS.map((part) => [names[part], credentials[part] ?? undefined] as const);
  // First of all, so that no message of this process repeats them.
  for (const [, value] of parts.slice(1)) rememberSecret(value);
  const [[idName, id], [secretName, secret], [, token]] = parts as [Part, Part, Part];
  if (typeof id !== 'string' || typeof secret !== 'string') {
    throw new CredentialsError(`The AWS credentials have no ${typeof id === 'string' ? secretName : idName}.`);
  }
  if (token !== undefined && typeof token !== 'string') throw new CredentialsError(`${names.sessionToken} is no text.`);
  for (const [name, value] of parts) {
    const damage = value === undefined ? undefined : damageOf(value);
    if (!damage) continue;
    throw new CredentialsError(`${name} ${damage}, which is no part of it.`, undefined, COPY_AGAIN);
  }
  if (id === '' || secret === '') {
    throw new CredentialsError(`${id === '' ? idName : secretName} is empty.`, undefined, COPY_AGAIN);
  }
  if (!KEY_ID.test(id) || LIKE_SECRET.test(id) || LIKE_KEY_ID.test(secret)) {
    // What stands there may be the secret.
    rememberSecret(id);
    throw new CredentialsError(
      `${idName} does not look like one: AKIA… or ASIA….`,
      undefined,
      'Were the id and the secret swapped? Set them anew.',
    );
  }
  return credentials;
}

type Part = readonly [name: string, value: string | undefined];

const COPY_AGAIN = 'Copy the credentials again, without it.';
const KEY_ID = /^[\w.@-]{1,128}$/;
const LIKE_SECRET = /^(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9]{40}$/;
const LIKE_KEY_ID = /^A[KS]IA[A-Z0-9]{16}$/;
const PLAIN = /^[\x21-\x7e]*$/;
const DAMAGES: readonly (readonly [RegExp, string])[] = [
  [/[\r\n\u0085\u2028\u2029]/u, 'a line break'],
  [/[\s\u200b-\u200d\u2060\ufeff]/u, 'a space'],
  [/["'`\u2018-\u201f\u00ab\u00bb]/u, 'a quotation mark'],
  [/\p{Cc}/u, 'a control character'],
  [/[^\x20-\x7e]/u, 'a character that is not ASCII'],
];

/** How a value is damaged, as `ends with a line break`. */
function damageOf(value: string): string | undefined {
  if (PLAIN.test(value) && !/["'`]/.test(value)) return undefined;
  for (const [pattern, what] of DAMAGES) {
    const at = value.search(pattern);
    if (at < 0) continue;
    if (at === 0) return `begins with ${what}`;
    return pattern.test(value.slice(-1)) && at >= value.trimEnd().length - 1 ? `ends with ${what}` : `holds ${what}`;
  }
  return 'holds a character that does not belong there';
}
