import { ConnectionError } from '../connection-error.ts';

/**
 * The certificates of `AWS_CA_BUNDLE`, beside those that Node trusts already (`NODE_EXTRA_CA_CERTS`, `--use-system-ca`);
 * undefined when it is not set. PEM.
 *
 * @throws {ConnectionError} when the file cannot be read
 */
export function caBundle(): string[] | undefined {
  const path = process.env.AWS_CA_BUNDLE;
  if (!path) return undefined;
  const { getCACertificates } = process.getBuiltinModule('node:tls');
  try {
    return [...getCACertificates('default'), process.getBuiltinModule('node:fs').readFileSync(path, 'utf8')];
  } catch (cause) {
    throw new ConnectionError(
      {
        code: (cause as NodeJS.ErrnoException).code ?? 'ERR_CA_BUNDLE',
        what: `AWS_CA_BUNDLE names a file that cannot be read, ${path}`,
        advice: 'Set it to a file of PEM certificates.',
        maybeSent: false,
        transient: false,
      },
      cause,
    );
  }
}
