/** The oldest Node.js that this package runs on, as `engines` in package.json says. */
export const NODE_FLOOR = '22.18';

/**
 * @param version of Node.js, for instance `24.21.0`
 * @throws Error when it is older than the package needs
 */
export function assertNode(version = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [floor = 0, least = 0] = NODE_FLOOR.split('.').map(Number);
  if (major > floor || (major === floor && minor >= least)) return;
  throw new Error(
    `lambda-mcp needs Node.js ${NODE_FLOOR} or later, and this is ${version}. Install a later one: https://nodejs.org`,
  );
}

/**
 * @param runtime a Lambda runtime's name, for instance `nodejs24.x`
 * @throws Error when its Node.js is older than the package needs
 */
export function assertRuntime(runtime: string): void {
  const [, major] = /^nodejs(\d*)\.x$/.exec(runtime) ?? [];
  const [floor] = NODE_FLOOR.split('.');
  // What is no Node.js at all, CDK refuses.
  if (major === undefined || Number(major) >= Number(floor)) return;
  throw new Error(
    `lambda-mcp needs the runtime nodejs${floor}.x or later, and this is ${runtime}: leave \`runtime\` out for nodejs24.x.`,
  );
}
