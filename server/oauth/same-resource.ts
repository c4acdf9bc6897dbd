/** Whether two URLs name the same server: a trailing slash and a fragment make no difference. Source: RFC 8707, 2. */
export function isSameResource(one: string, other: string): boolean {
  return comparable(one) === comparable(other);
}

function comparable(text: string): string {
  const url = URL.parse(text);
  if (!url) return text;
  url.hash = '';
  return url.href.replace(/\/$/, '');
}
