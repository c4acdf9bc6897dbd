import fc from 'fast-check';

export interface Keys {
  readonly id: string;
  readonly secret: string;
  readonly token: string;
}

/** Credentials, before and after something happened to them. */
export interface Damaged {
  readonly sound: Keys;
  readonly damaged: Keys;
}

const from = (letters: string, minLength: number, maxLength = minLength) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength, maxLength });
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const sound: fc.Arbitrary<Keys> = fc.record({
  id: fc.tuple(fc.constantFrom('AKIA', 'ASIA'), from(UPPER, 16)).map((parts) => parts.join('')),
  secret: from(BASE64, 40),
  token: from(BASE64, 64, 400).map((text) => `${text}==`),
});

const STRAY = ['\n', '\r\n', '\r', ' ', '\t', '"', "'", '`', 'é', '“', '\u00a0', '\u200b', '\u2028', '\ufeff'];
const MORE = ['\u0007', '#', ';', '=', ',', '\\', '$', '%', '漢', '\u{1f511}'];

/** Puts something at a place of a value; undefined: around it. */
const stray = fc.record({
  text: fc.constantFrom(...STRAY, ...MORE),
  at: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  to: fc.constantFrom('id' as const, 'secret' as const, 'token' as const),
});

const damage: fc.Arbitrary<(keys: Keys) => Keys> = fc.oneof(
  {
    weight: 6,
    arbitrary: stray.map(({ text, at, to }) => (keys: Keys) => ({ ...keys, [to]: insert(keys[to], text, at) })),
  },
  { weight: 1, arbitrary: fc.constant(({ id, secret, token }: Keys) => ({ id: secret, secret: id, token })) },
  { weight: 1, arbitrary: fc.constant(({ id, secret, token }: Keys) => ({ id, secret: token, token: secret })) },
  { weight: 1, arbitrary: fc.constant(({ secret, token }: Keys) => ({ id: token, secret, token })) },
  { weight: 1, arbitrary: fc.constant((keys: Keys) => ({ ...keys, id: `${keys.id}\n${keys.secret}` })) },
  { weight: 1, arbitrary: fc.constant((keys: Keys) => ({ ...keys, id: `${keys.id}:${keys.secret}` })) },
  { weight: 1, arbitrary: fc.constant((keys: Keys) => ({ ...keys, token: keys.token.slice(0, 40) })) },
  { weight: 1, arbitrary: fc.constant((keys: Keys) => keys) },
);

export const damagedCredentials: fc.Arbitrary<Damaged> = fc
  .tuple(sound, fc.array(damage, { minLength: 1, maxLength: 2 }))
  .map(([keys, damages]) => ({ sound: keys, damaged: damages.reduce((each, spoil) => spoil(each), keys) }));

function insert(value: string, text: string, at: number | undefined): string {
  if (at === undefined) return `${text}${value}${text}`;
  const place = Math.round(at * value.length);
  return `${value.slice(0, place)}${text}${value.slice(place)}`;
}

/** The first eight characters in a row of a secret or a token that a text holds; undefined: none. */
export function leakIn(text: string, { sound, damaged }: Damaged): string | undefined {
  for (const secret of [sound.secret, sound.token, damaged.secret, damaged.token]) {
    // What became of an id is no secret.
    if (secret === sound.id) continue;
    for (let at = 0; at + 8 <= secret.length; at += 1) {
      const run = secret.slice(at, at + 8);
      if (text.includes(run) && !sound.id.includes(run)) return run;
    }
  }
  return undefined;
}
