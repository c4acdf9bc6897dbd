/** Preloaded into a process: writes to stderr, at its end, how many modules it has loaded, Node's own apart. */
import { writeSync } from 'node:fs';
import { registerHooks } from 'node:module';

const loaded = new Set();
registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) loaded.add(url);
    return next(url, context);
  },
});
process.on('exit', () => writeSync(2, `modules: ${loaded.size}\n`));
