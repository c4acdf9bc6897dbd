import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleServer } from '../../local/bundle/bundle-server.ts';
import { checkServer } from '../../local/check-server.ts';
import type { ListedTools, ServerFile } from './list-tools.ts';

/* The process that `listTools` starts. It writes `tools.json` beside its task. */

const [, , file = ''] = process.argv;
const task = JSON.parse(readFileSync(file, 'utf8')) as ServerFile & { readonly folder: string };
writeFileSync(join(task.folder, 'tools.json'), JSON.stringify(await listTools()));
process.exit(0);

async function listTools(): Promise<ListedTools> {
  const { entry, exportName = 'handler', nodeModules, environment, folder } = task;
  try {
    const bundle = await bundleServer(entry, join(folder, 'bundle'), { nodeModules });
    const module = await import(pathToFileURL(bundle.file).href);
    const handler = module[exportName] ?? module.default?.[exportName];
    if (typeof handler?.tools === 'function') return { targetTools: await handler.tools() };
    const { definitions, problem, tools } = await checkServer({
      entry: bundle.file,
      environment,
      functionName: 'synthesis',
      region: 'us-east-1',
      timeout: 30_000,
      exportName,
    });
    if (definitions) return { tools: definitions };
    return tools ? { tools: [] } : { problem: problem ?? 'it did not say' };
  } catch (error) {
    return { problem: (error as Error)?.message ?? String(error) };
  }
}
