import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matchesWildcard } from '../../wire/wildcard.ts';

it('a pattern fits what the regular expression of the same meaning fits', () => {
  const few = fc.stringMatching(/^[ab*?]{0,8}$/);
  fc.assert(
    fc.property(few, fc.stringMatching(/^[ab?]{0,8}$/), (pattern, text) => {
      const expression = pattern.replaceAll('?', '[^]').replaceAll('*', '[^]*');
      // A `?` of the pattern is any character; one of the text is itself.
      expect(matchesWildcard(pattern, text)).toBe(new RegExp(`^${expression}$`).test(text));
    }),
    { numRuns: 3000 },
  );
});

it('a long text costs no more than its length, whatever the pattern', () => {
  // Tried at each place anew, either would take 10^11 comparisons, which no time-out of a test allows.
  const [many, half] = ['a'.repeat(1_000_000), 'a'.repeat(500_000)];
  expect(matchesWildcard(`*${half}b*`, many)).toBe(false);
  expect(matchesWildcard(`*b${half}*`, many)).toBe(false);
  expect(matchesWildcard(`*a*b*c`, many)).toBe(false);
  expect(matchesWildcard('*a'.repeat(1000), many)).toBe(true);
});
