import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { writeAtomically } from './atomic-write.ts';
import { didYouMean } from './did-you-mean.ts';
import { ExitCode } from './exit-code.ts';
import { readServers, withServer } from './hosts/edit-servers.ts';
import { HOST_NAMES, type HostFile, type HostName, hostFile, hostNamed } from './hosts/host-files.ts';
import { isOwnEntry, REACHING_FLAGS } from './hosts/server-entry.ts';
import { ownProgram } from './own-command.ts';
import { readArguments, SHARED_HELP, type TargetOptions, targetFetch } from './target-options.ts';
import { UsageError } from './usage-error.ts';

const HELP = `Usage: lambda-mcp install HOST TARGET [options]
       lambda-mcp install HOST --uninstall --name NAME

Has a desktop host start the proxy for a server: writes the host's own file, which keeps all else that is in it, and runs
\`doctor\` as the host would. Shows the change first, and on a terminal asks. HOST is one of ${HOST_NAMES.join(', ')}.

The entry names Node and this command by their paths, and the profile, since hosts pass on no AWS_* variables.

Options:
  --name NAME                of the server in the host (default: the function's name, or the URL's id)
  --project                  write the project's file in this folder, not the user's
  --print                    print the entry, and write nothing
  --uninstall                take the server out again
  --yes                      do not ask
${SHARED_HELP}`;

const OPTIONS = {
  name: { type: 'string' },
  project: { type: 'boolean' },
  print: { type: 'boolean' },
  uninstall: { type: 'boolean' },
  yes: { type: 'boolean' },
} as const;

/** `lambda-mcp install` */
export async function install(args: string[]): Promise<number | undefined> {
  const [given = '', ...rest] = args;
  const isHost = HOST_NAMES.includes(given as HostName);
  const parsed = readArguments('install', HELP, isHost ? rest : args, OPTIONS);
  if (!parsed) return undefined;
  const { options, values, positionals, dev } = parsed;
  if (!isHost)
    throw new UsageError(`Which host? Give one of ${HOST_NAMES.join(', ')} first.${didYouMean(given, HOST_NAMES)}`);
  const host = given as HostName;
  const file = hostFile(host, values.project ? process.cwd() : undefined);
  if (!file) throw new UsageError(`${hostNamed(host).title} has no file for a project: leave --project out.`);
  if (values.name?.trim() === '') throw new UsageError('--name takes the name of the server in the host.');
  const [target, extra] = positionals;
  if (extra !== undefined) throw new UsageError(`Unexpected argument '${extra}'. See: lambda-mcp install --help`);
  if (values.uninstall) return uninstall(file, values.name ?? (target && nameOf(target)), values.yes ?? false);
  if (target === undefined) throw new UsageError('Which server? Give a function URL, an ARN or a name.');
  if (dev) {
    throw new UsageError(
      'The target dev is of its own folder, and a host starts elsewhere. Give the URL that `dev` prints.',
    );
  }
  // Fails for what is no target, before anything is written.
  targetFetch(target, options);
  const words = proxyWords(target, options);
  const entry = {
    ...(hostNamed(host).typed && { type: 'stdio' }),
    command: process.execPath,
    args: [ownProgram(), 'proxy', ...words],
  };
  const name = values.name ?? nameOf(target);
  if (values.print) {
    process.stdout.write(`${JSON.stringify({ [file.key]: { [name]: entry } }, null, 2)}\n`);
    return ExitCode.ok;
  }
  const { text, servers } = readServers(file);
  const before = Object.hasOwn(servers, name) ? servers[name] : undefined;
  if (before !== undefined && !isOwnEntry(before)) {
    throw new UsageError(`${file.path} has another server ${JSON.stringify(name)}. Give --name for this one.`);
  }
  showChange(file, name, before, entry);
  const declined = await ask(values.yes ?? false);
  if (declined !== undefined) return declined;
  writeAtomically(file.path, withServer(file, text, name, entry));
  process.stderr.write(`Written. ${hostNamed(host).after}\n\n`);
  return runDoctor(words);
}

async function uninstall(file: HostFile, name: string | undefined, yes: boolean): Promise<number> {
  const { text, servers } = readServers(file);
  const ours = Object.keys(servers).filter((each) => isOwnEntry(servers[each]));
  const has = ours.length > 0 ? `It has ${ours.join(', ')}.` : 'It has none of this proxy.';
  if (name === undefined || !Object.hasOwn(servers, name)) {
    throw new UsageError(`Which server of ${file.path}? Give --name NAME. ${has}`);
  }
  if (!isOwnEntry(servers[name])) {
    throw new UsageError(`${JSON.stringify(name)} in ${file.path} does not run this proxy, and is left alone. ${has}`);
  }
  showChange(file, name, servers[name], undefined);
  const declined = await ask(yes);
  if (declined !== undefined) return declined;
  writeAtomically(file.path, withServer(file, text, name, undefined));
  process.stderr.write(`Written. ${hostNamed(file.host).after}\n`);
  return ExitCode.ok;
}

/** A target, and the flags by which it is reached: those given, and what the host would not know of this shell. */
function proxyWords(target: string, options: TargetOptions): string[] {
  const { AWS_PROFILE, AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const isUrl = target.includes('://');
  const flags: Readonly<Record<string, string | undefined>> = {
    region: options.region ?? (isUrl ? undefined : AWS_REGION || AWS_DEFAULT_REGION),
    service: options.service,
    'signing-host': options.signingHost,
    profile: options.auth === 'iam' ? (options.profile ?? (AWS_PROFILE || 'default')) : options.profile,
    qualifier: options.qualifier,
    endpoint: options.endpoint,
    path: options.path,
    timeout: options.timeout === 900_000 ? undefined : String(options.timeout / 1000),
    'connect-timeout': options.connectTimeout === 10_000 ? undefined : String(options.connectTimeout / 1000),
    auth: options.auth === 'iam' ? undefined : options.auth,
    'client-id': options.clientId,
  };
  return [target, ...REACHING_FLAGS.flatMap((flag) => (flags[flag] === undefined ? [] : [`--${flag}`, flags[flag]]))];
}

/** What a server is called in a host: a function's name, or the first label of a URL's host. */
function nameOf(target: string): string {
  const host = URL.parse(target)?.hostname;
  const name = host ?? target.split(':function:').at(-1)?.split(':')[0] ?? target;
  return (
    (/^[\d.]+$|^\[/.test(name) ? 'lambda-mcp' : (name.split('.')[0] ?? '')).replaceAll(/[^\w-]/g, '-') || 'lambda-mcp'
  );
}

function showChange({ path, key }: HostFile, name: string, before: unknown, after: unknown): void {
  const lines = (sign: string, entry: unknown) =>
    entry === undefined
      ? []
      : `${JSON.stringify(name)}: ${JSON.stringify(entry, null, 2)}`.split('\n').map((line) => `${sign}   ${line}`);
  process.stderr.write(
    `${path}\n    ${JSON.stringify(key)}\n${[...lines('-', before), ...lines('+', after)].join('\n')}\n`,
  );
}

/** On a terminal its user is asked. @returns the exit status of a no, which is 130 for Ctrl-C; undefined for a yes */
async function ask(yes: boolean): Promise<number | undefined> {
  if (yes || !process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const interrupted = new AbortController();
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  lines.once('SIGINT', () => interrupted.abort());
  const answer = await lines.question('Write it? [Y/n] ', { signal: interrupted.signal }).catch(() => 'n');
  lines.close();
  if (interrupted.signal.aborted) return 130;
  return /^(?:|y|yes)$/i.test(answer.trim()) ? undefined : ExitCode.failed;
}

/** As the host starts the proxy: without the AWS_* variables of this shell. */
async function runDoctor(words: readonly string[]): Promise<number> {
  const kept = Object.entries(process.env).filter(([name]) => !/^AWS_(?!CA_BUNDLE|CONFIG_FILE|SHARED_)/.test(name));
  const child = spawn(process.execPath, [ownProgram(), 'doctor', ...words], {
    env: Object.fromEntries(kept),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'close');
  return code ?? ExitCode.failed;
}
