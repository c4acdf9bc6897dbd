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
