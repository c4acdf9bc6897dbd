import * as entry from 'lambda-mcp/fetch';
import { expect, it } from 'vitest';

const errors = Object.entries(entry).filter(([name]) => name.endsWith('Error'));

it.each(errors)('%s says its name, by which a log or another copy of the package knows it', (name, Made) => {
  const given = name === 'ConnectionError' ? { code: 'X', what: 'Broken' } : name;
  const made = new (Made as new (...given: unknown[]) => Error)(given);
  expect([made.name, Made.name]).toEqual([name, name]);
});

it('one instanceof knows them, but for that of a connection, which is a TypeError as fetch’s own', () => {
  for (const [name, Made] of errors.filter(([name]) => name !== 'TransportError')) {
    expect(Object.getPrototypeOf(Made)).toBe(name === 'ConnectionError' ? TypeError : entry.TransportError);
  }
});
