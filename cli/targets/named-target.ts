import { readServers } from '../hosts/edit-servers.ts';
import { HOST_NAMES, type HostFile, type HostName, hostFile } from '../hosts/host-files.ts';
import { type ReachedServer, readEntry } from '../hosts/server-entry.ts';
import { UsageError } from '../usage-error.ts';
import { readAliases } from './alias-store.ts';

/** A server that a name stands for. */
export interface NamedTarget extends ReachedServer {
  /** What says so: `alias`, or a host's file. */
  readonly from: string;
}

/** What may be an alias, and what a host may call a server, as far as it can be typed. */
const NAME = /^[\w][\w .-]*$/;

/**
 * What a name stands for: an alias, or a server of this user's own file of a host; by `HOST:NAME` of that host's, and of the project's in this folder. Undefined for
 * what is neither, which is `dev`, or a function.
 *
 * @param hosts whether hosts' files are looked into
 * @throws {UsageError} when hosts have different servers of that name, or one that is named has none
 */
export function findNamedTarget(target: string, { hosts }: { readonly hosts: boolean }): NamedTarget | undefined {
  const [, prefix, name = ''] = /^([\w-]+):([\w][\w .-]*)$/.exec(target) ?? [];
  if (prefix === 'alias') return aliasNamed(name) ?? none(target);
  if (isHost(prefix)) return inHosts(name, [prefix], [process.cwd(), undefined])[0] ?? none(target);
  if (!NAME.test(target) || target === 'dev') return undefined;
  const alias = aliasNamed(target);
  if (alias || !hosts) return alias;
  // Of a project in this folder, which may be anybody's, a server is only by its host's name.
  const found = inHosts(target, HOST_NAMES, [undefined]);
  const different = new Set(found.map(({ target: to, flags }) => JSON.stringify([to, flags])));
  if (different.size <= 1) return found[0];
  const ways = found.map(({ host, target: to }) => `${host}:${target} (${to})`);
  throw new UsageError(
    `${target} stands for several servers: ${ways.join(', ')}. Name one so, or function:${target} for a function.`,
  );
}

function aliasNamed(name: string): NamedTarget | undefined {
  const aliases = readAliases();
  const alias = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
  return alias && { ...alias, from: 'alias' };
}

/**
 * The servers of a name in hosts' files. What cannot be read is no host's.
 *
 * @param projects folders of projects, or undefined for this user's own file
 */
function inHosts(
  name: string,
  hosts: readonly HostName[],
  projects: readonly (string | undefined)[],
): (NamedTarget & { readonly host: HostName })[] {
  const files = hosts.flatMap((host) => projects.map((project) => hostFile(host, project)));
  return files.flatMap((file) => {
    const reached = file && serverIn(file, name);
    return reached ? [{ ...reached, from: file.path, host: file.host }] : [];
  });
}

function serverIn(file: HostFile, name: string): ReachedServer | undefined {
  try {
    const { servers } = readServers(file);
    return Object.hasOwn(servers, name) ? readEntry(servers[name]) : undefined;
  } catch {
    return undefined;
  }
}

function isHost(name: string | undefined): name is HostName {
  return HOST_NAMES.includes(name as HostName);
}

function none(target: string): never {
  throw new UsageError(`There is no server ${target}. \`lambda-mcp alias\` lists the aliases.`);
}
