import { incompleteSignature, invalidSignature, type SignatureRefusal } from './refusal.ts';
import type { CredentialScope } from './string-to-sign.ts';

export interface Credential extends CredentialScope {
  readonly accessKeyId: string;
  readonly terminator: string;
}

export function parseCredential(text: string): Credential | SignatureRefusal {
  const elements = text.split('/');
  const [accessKeyId = '', date = '', region = '', service = '', terminator = ''] = elements;
  if (elements.length === 5) return { accessKeyId, date, region, service, terminator };
  // AWS goes on to repeat them: whoever swapped key id and secret, whose slashes end up here, would read the secret.
  return incompleteSignature(
    'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, ' +
      `got ${elements.length}.`,
  );
}

/**
 * Whether the scope is the one that this service, here and on the date of the request, accepts. All that is wrong is told
 * at once, as AWS does.
 *
 * @param requestDate `YYYYMMDD'T'HHMMSS'Z'`
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
export function checkScope(
  { date, region, service, terminator }: Credential,
  expected: { readonly region: string; readonly service: string },
  requestDate: string,
): SignatureRefusal | undefined {
  const day = requestDate.slice(0, 8);
  const faults = [
    region !== expected.region && 'Credential should be scoped to a valid region. ',
    service !== expected.service && `Credential should be scoped to correct service: '${expected.service}'. `,
    terminator !== 'aws4_request' && "Credential should be scoped with a valid terminator: 'aws4_request'. ",
    date !== day &&
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ' +
        `'${date}' != '${day}', from '${requestDate}'. `,
  ];
  const message = faults.filter(Boolean).join('');
  return message === '' ? undefined : invalidSignature(message);
}
