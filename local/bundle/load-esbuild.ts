const INSTALL = 'npm install --save-dev esbuild';

/**
 * esbuild, which is installed beside this package by those who need it.
 *
 * @throws Error with the command that installs it
 */
export async function loadEsbuild(): Promise<typeof import('esbuild')> {
  try {
    return await import('esbuild');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new Error(
      `esbuild, which bundles the server as it is deployed, is not installed. Install it: ${INSTALL}\n` +
        'A file that is a bundle already runs without it: startLocalLambda({ bundle: false, … }).',
      { cause },
    );
  }
}
