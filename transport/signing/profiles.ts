import { CredentialsError } from '../errors.ts';

/** A profile's settings, of both config files; the credentials file goes first. */
export type Profile = Readonly<Record<string, string | undefined>>;

export interface Profiles {
  readonly byName: Readonly<Record<string, Profile | undefined>>;
  /** The settings of the credentials file alone. */
  readonly inCredentialsFile: Readonly<Record<string, Profile | undefined>>;
  /** Names of profiles that the AWS SDK's reader of these files passes over. */
  readonly unreadable: ReadonlySet<string>;
}

/** The profiles of AWS's config files, as they stand now: a session that was renewed in them is taken up. */
export async function readProfiles(): Promise<Profiles> {
  const { loadSharedConfigFiles } = await import('@smithy/core/config');
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  const byName: Record<string, Profile | undefined> = Object.create(null);
  for (const [name, profile] of [...Object.entries(configFile), ...Object.entries(credentialsFile)]) {
    // Sections of other kinds, such as `sso-session corp`, hold a dot after their kind.
    if (!/^(?:sso-session|services)\./.test(name)) byName[name] = { ...byName[name], ...profile };
  }
  const unreadable = new Set<string>();
  for (const { name, isEmpty } of await readSections()) {
    if (byName[name]) continue;
    // A section without a setting is none to the reader of these files, and a profile to the AWS CLI.
    if (isEmpty) byName[name] = {};
    else unreadable.add(name);
  }
  return { byName, inCredentialsFile: credentialsFile, unreadable };
}

/** The sections of both files that are profiles, by their first lines. */
async function readSections(): Promise<{ readonly name: string; readonly isEmpty: boolean }[]> {
  const { getHomeDir } = await import('@smithy/core/config');
  const { readFile } = process.getBuiltinModule('node:fs/promises');
  const { join } = process.getBuiltinModule('node:path');
  const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = process.env;
  const read = async (file: string, header: RegExp) => {
    const text = await readFile(file.replace(/^~(?=\/)/, getHomeDir()), 'utf8').catch(() => '');
    return text.split(/^[ \t]*\[/m).flatMap((section) => {
      const name = header.exec(section)?.[1];
      return name === undefined ? [] : { name, isEmpty: !/\n[ \t]*[^#;\s=][^=\n]*=[ \t]*\S/.test(section) };
    });
  };
  const sections = await Promise.all([
    read(
      AWS_CONFIG_FILE || join(getHomeDir(), '.aws', 'config'),
      /^\s*(?:profile\s+)?(?:(?<=profile\s+)["']?|(?=default\s*\]))([^\]"'\n]+?)["']?\s*\]/,
    ),
    read(AWS_SHARED_CREDENTIALS_FILE || join(getHomeDir(), '.aws', 'credentials'), /^\s*([^\]\n]+?)\s*\]/),
  ]);
  return sections.flat();
}

/**
 * A profile that must be there.
 *
 * @param asked who asks for it, as the message's first words
 * @throws {CredentialsError} that says which profiles there are
 */
export function findProfile({ byName, unreadable }: Profiles, name: string, asked: string): Profile {
  const profile = byName[name];
  if (profile) return profile;
  if (unreadable.has(name)) {
    throw new CredentialsError(
      `${asked}, whose name the AWS SDK cannot read in the AWS config files.`,
      undefined,
      'Name it with letters, digits and the signs - _ @ + . % : / only.',
    );
  }
  const names = Object.keys(byName).sort();
  const shown = names.slice(0, 20).map((each) => JSON.stringify(each));
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : '';
  throw new CredentialsError(
    `${asked}, and the AWS config files have no such profile.`,
    undefined,
    names.length === 0
      ? `They have none at all: make one with \`aws configure --profile ${name}\`, or look at AWS_CONFIG_FILE.`
      : `They have: ${shown.join(', ')}${more}.`,
  );
}

/** The region that a profile names; undefined where there is no such profile, or none in it. */
export async function profileRegion(name: string | undefined): Promise<string | undefined> {
  // Elsewhere than in Node there are no config files.
  if (!globalThis.process?.getBuiltinModule) return undefined;
  const { byName } = await readProfiles();
  return byName[name || process.env.AWS_PROFILE || 'default']?.region;
}
