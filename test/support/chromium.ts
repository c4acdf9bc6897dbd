import { works } from './programs.ts';

/** Path of a Chromium: `CHROMIUM`, else the system's; undefined where there is none. */
export async function findChromium(): Promise<string | undefined> {
  const paths = [
    process.env.CHROMIUM ?? [],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  for (const path of paths.flat()) if (await works(path, ['--version'])) return path;
  return undefined;
}
