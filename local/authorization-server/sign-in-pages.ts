/** The page on which a person signs in. */
export function signInPage(clientId: string, failed: boolean): string {
  return page(
    'Sign in',
    `<p>to use <b>${escapeHtml(clientId)}</b></p>
${failed ? '<p role="alert">Wrong user name or password.</p>' : ''}
<label>User name <input name="username" autocomplete="username" autofocus required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button name="action" value="sign-in">Sign in</button>`,
  );
}

/** The page on which they allow what was asked for. */
export function consentPage(clientId: string, scopes: readonly string[], resources: readonly string[]): string {
  const items = [...scopes, ...resources].map((each) => `<li><code>${escapeHtml(each)}</code></li>`).join('');
  return page(
    'Allow access?',
    `<p><b>${escapeHtml(clientId)}</b> asks for</p><ul>${items}</ul>
<button name="action" value="allow">Allow</button> <button name="action" value="deny">Deny</button>`,
  );
}

function page(title: string, form: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<style>body{font:16px/1.5 system-ui;max-width:24rem;margin:4rem auto}label{display:block;margin:.5rem 0}input{width:100%}</style>
<h1>${title}</h1><p>A local authorization server, in place of Amazon Cognito.</p>
<form method="post">${form}</form></html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
