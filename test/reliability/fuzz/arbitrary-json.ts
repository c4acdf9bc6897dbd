import fc from 'fast-check';

/** Text of any UTF-16 code units, lone surrogates included. */
export const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom('__proto__', 'constructor', 'toString', '\ud800', '\udfff\ud800', '\u2028', '\0', 'a'.repeat(5000)),
);

const NUMBERS = ['0', '-0', '1', '-1', '1.5', '1e400', '-1e400', '1e-400', '9007199254740993', '12345678901234567890'];
const PROTOTYPE_KEYS = ['"__proto__"', '"constructor"', '"prototype"', '"toString"', '"hasOwnProperty"', '"then"'];

const scalarText = fc.oneof(
  fc.constantFrom(...NUMBERS, 'null', 'true', 'false', '""', '"\\ud800"', '"\\u0000"'),
  fc.integer().map(String),
  anyText.map((text) => JSON.stringify(text)),
);

const deepText = fc
  .tuple(fc.constantFrom(['[', ']'], ['{"a":', '}'], ['{"__proto__":', '}']), fc.constantFrom(3, 50, 1000, 20_000))
  .map(([[open = '', close = ''], depth]) => `${open.repeat(depth)}1${close.repeat(depth)}`);

const hugeText = fc.constantFrom(10_000, 300_000).map((length) => `"${'x'.repeat(length)}"`);

/** The text of a JSON value of any depth, with keys that come twice and keys that objects inherit. */
export const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 6, arbitrary: scalarText },
    { weight: 2, arbitrary: objectText(scalarText, tie('value')) },
    { weight: 2, arbitrary: fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`) },
    { weight: 1, arbitrary: fc.oneof({ weight: 8, arbitrary: deepText }, hugeText) },
  ),
})).value;

/** The text of an object; its keys may repeat. */
export function objectText(
  name: fc.Arbitrary<string>,
  value: fc.Arbitrary<string>,
  known: readonly (readonly [key: string, value: fc.Arbitrary<string>])[] = [],
): fc.Arbitrary<string> {
  const key = fc.oneof(
    fc.constantFrom(...PROTOTYPE_KEYS),
    name.filter((text) => text.startsWith('"')),
  );
  const extra = fc.array(fc.tuple(key, value), { maxLength: 3 });
  const pairs = known.map(([name, values]) =>
    fc.array(values, { minLength: 0, maxLength: 2, size: 'xsmall' }).map((all) => all.map((one) => [`"${name}"`, one])),
  );
  return fc.tuple(extra, ...pairs).chain((lists) => {
    const all = lists.flat() as string[][];
    return fc.shuffledSubarray(all, { minLength: all.length }).map((some) => `{${some.map(joined).join(',')}}`);
  });
}

function joined([key, value]: string[]): string {
  return `${key}:${value}`;
}
