import { constantTools, prompts, resources } from './content.ts';

/** As much of both SDK lines' `McpServer` as is written the same for both. */
interface AnyServer {
  registerTool(
    name: string,
    config: { description: string },
    call: () => Promise<{ content: (typeof constantTools)[string] }>,
  ): unknown;
  registerResource(
    name: string,
    uri: string,
    config: { description: string; mimeType: string },
    read: () => Promise<{ contents: ({ uri: string } & (typeof resources)[string])[] }>,
  ): unknown;
  registerPrompt(
    name: string,
    config: { description: string },
    get: () => Promise<ReturnType<typeof prompts.simple>>,
  ): unknown;
}

/** The fixtures that take nothing: tools, resources and prompts. */
export function registerConstants(server: AnyServer): void {
  for (const [name, content] of Object.entries(constantTools)) {
    server.registerTool(name, { description: name }, async () => ({ content }));
  }
  server.registerTool('test_error_handling', { description: 'Always fails.' }, async () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
  for (const [uri, content] of Object.entries(resources)) {
    const config = { description: uri, mimeType: content.mimeType };
    server.registerResource(uri, uri, config, async () => ({ contents: [{ uri, ...content }] }));
  }
  server.registerPrompt('test_simple_prompt', { description: 'Simple' }, async () => prompts.simple());
  server.registerPrompt('test_prompt_with_image', { description: 'With an image' }, async () => prompts.withImage());
}
