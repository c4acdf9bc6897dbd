/**
 * Signs in at the local authorization server as a browser without JavaScript does: follows redirects, keeps cookies, fills
 * in the forms.
 *
 * @returns the first place elsewhere that it is sent to
 * @throws Error for a status that is no page, and for an error in the redirect
 */
export async function signIn(url: URL, user: { username: string; password: string }, allow = true): Promise<URL> {
  const cookies = new Map<string, string>();
  const { origin } = url;
  let at = url;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < 20; step++) {
    const response = await fetch(at, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map((each) => each.join('=')).join('; ') },
      ...(form && { method: 'POST', body: form }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    form = undefined;
    const text = await response.text();
    const location = response.headers.get('location');
    if (location) {
      at = new URL(location, at);
      if (at.origin === origin) continue;
      const error = at.searchParams.get('error');
      if (error) throw new Error(error, { cause: at });
      return at;
    }
    if (response.status !== 200) throw new Error(`${response.status}: ${text}`);
    form = text.includes('name="password"')
      ? new URLSearchParams({ ...user, action: 'sign-in' })
      : new URLSearchParams({ action: allow ? 'allow' : 'deny' });
  }
  throw new Error('Signing in does not end.');
}
