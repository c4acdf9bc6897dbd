/**
 * `MCP_SERVER_URL` is the target where none is given. After `call` stands one word at least; what follows a tool's name is an
 * argument, or `-`, and what follows a target is a tool's name.
 */
export function withDefaultTarget(name: string, given: readonly string[]): readonly string[] {
  const server = process.env.MCP_SERVER_URL?.trim();
  if (!server || name === 'grant' || name === 'audit') return given;
  const [first, second] = given;
  const isTool = second === undefined || second.includes('=') || /^(?:-$|[{@])/.test(second);
  const lacksTarget = name === 'call' ? first !== undefined && !first.includes('://') && isTool : first === undefined;
  return lacksTarget ? [server, ...given] : given;
}
