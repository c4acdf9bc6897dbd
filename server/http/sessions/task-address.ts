const TIMEOUT = 5000;

/**
 * The private address of this Amazon ECS task, where the service's other tasks reach it: `http://10.0.1.7:8000`.
 *
 * Source: Amazon ECS Developer Guide, "Amazon ECS task metadata endpoint version 4".
 *
 * @throws {TypeError} where there is no such task, or it does not say its address
 */
export async function taskAddress(port: number): Promise<string> {
  const { ECS_CONTAINER_METADATA_URI_V4: metadata } = process.env;
  if (!metadata) {
    throw new TypeError(
      'sessions.cluster has no address, and only in a task of Amazon ECS it is known by itself. Write http://HOST:PORT, ' +
        'where the other processes reach this one.',
    );
  }
  let networks: unknown;
  try {
    const answer = await fetch(metadata, { signal: AbortSignal.timeout(TIMEOUT) });
    ({ Networks: networks } = (await answer.json()) as { Networks?: unknown });
  } catch (cause) {
    throw new TypeError(`${metadata} of Amazon ECS, which knows the task's address, did not answer.`, { cause });
  }
  const [network] = (Array.isArray(networks) ? networks : []) as {
    IPv4Addresses?: readonly string[];
    IPv6Addresses?: readonly string[];
  }[];
  const [v4] = network?.IPv4Addresses ?? [];
  const [v6] = network?.IPv6Addresses ?? [];
  if (v4) return `http://${v4}:${port}`;
  if (v6) return `http://[${v6}]:${port}`;
  throw new TypeError(`${metadata} of Amazon ECS knows no address of this task: its network mode must be awsvpc.`);
}
