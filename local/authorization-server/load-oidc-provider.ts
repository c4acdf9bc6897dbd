/** The library, which only those install who sign in on their own machine. @throws Error that says so */
export async function loadOidcProvider(): Promise<typeof import('oidc-provider')> {
  try {
    return await import('oidc-provider');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new Error('The local authorization server needs oidc-provider: npm install --save-dev oidc-provider', {
      cause,
    });
  }
}
