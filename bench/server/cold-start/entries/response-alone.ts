/** What every `fetch`-shaped server makes. */
export const handler = new Response();
