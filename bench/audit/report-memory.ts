/** Loaded ahead of a program: writes at its end what it took. */
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  writeFileSync(process.env.USAGE_FILE as string, JSON.stringify(process.resourceUsage()));
});
