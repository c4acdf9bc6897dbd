import { expect, it } from 'vitest';
import { decodeUtf8, indexOfByte } from '../../wire/bytes.ts';

it.each(['', 'grüße 世界 😀', '\ufeffafter a byte order mark', 'a\ufeffb', '\u2028'])(
  '%j is itself, however it is cut',
  (text) => {
    const bytes = Buffer.from(text);
    expect(decodeUtf8([bytes])).toBe(text);
    expect(decodeUtf8(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toBe(text);
  },
);

it('what is cut off in the midst of a character ends in a replacement for it', () => {
  expect(decodeUtf8([Buffer.from('aü').subarray(0, 2)])).toBe('a\ufffd');
});

it('a byte is found from where the search begins', () => {
  const bytes = Uint8Array.of(1, 2, 1);
  expect([0, 1, 3].map((from) => indexOfByte(bytes, 1, from))).toEqual([0, 2, Number.POSITIVE_INFINITY]);
});
