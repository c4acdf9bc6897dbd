import { describe, expect, it } from 'vitest';
import { createEventReader } from '../../wire/event-reader.ts';

/** What is heard of a stream that comes in these chunks. */
function read(chunks: readonly (string | Uint8Array)[], maxSize = 1000) {
  const heard: (string | undefined)[] = [];
  const reader = createEventReader(maxSize, (data) => heard.push(data));
  for (const chunk of chunks) reader.feed(Buffer.from(chunk as string));
  return { heard, reader };
}

describe('an event', () => {
  it.each<[string, string, string[]]>([
    ['of one line', 'data: a\n\n', ['a']],
    ['of several', 'data: a\ndata: b\n\n', ['a\nb']],
    ['whose data is empty', 'data:\n\n', ['']],
    ['whose field has no colon', 'data\n\n', ['']],
    ['without the space', 'data:a\n\n', ['a']],
    ['with two spaces', 'data:  a\n\n', [' a']],
    ['with a colon in its data', 'data: a:b\n\n', ['a:b']],
    ['with a space in its data alone', 'data:a b\n\n', ['a b']],
    ['with a byte order mark in its data', 'data: \ufeff\ndata: a\ufeff\n\n', ['\ufeff\na\ufeff']],
    ['of the type message', 'event: message\ndata: a\n\n', ['a']],
    ['of another type', 'event: other\ndata: a\n\n', []],
    ['behind one of another type', 'event: other\ndata: a\n\ndata: b\n\n', ['b']],
    ['without data', 'event: message\n\n', []],
    ['with a line of one character', 'data: a\nx\ndata: b\n\n', ['a\nb']],
    ['that is a comment', ': data: a\n\n', []],
    ['with an unknown field', 'other: a\n\n', []],
    ['behind a byte order mark', '\ufeffdata: a\n\n', ['a']],
    ['with a byte order mark on a later line', 'event: message\n\ufeffdata: a\n\n', []],
    ['with a byte order mark behind an empty line', '\n\ufeffdata: a\n\n', []],
    ['in lines that end in CR', 'data: a\rdata: b\r\r', ['a\nb']],
    ['in lines that end in CR LF', 'data: a\r\ndata: b\r\n\r\n', ['a\nb']],
    ['in lines that end in this and that', 'data: a\rdata: b\n\r\ndata: c\n\n', ['a\nb', 'c']],
  ])('%s, however it is cut', (_, text, expected) => {
    const bytes = Buffer.from(text);
    expect(read([bytes]).heard).toEqual(expected);
    expect(read(Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))).heard).toEqual(expected);
    for (let at = 0; at <= bytes.byteLength; at += 1) {
      expect(read([bytes.subarray(0, at), bytes.subarray(at)]).heard).toEqual(expected);
    }
  });

  it('is heard up to the longest that is held, and told of beyond', () => {
    // A line of 10 bytes: `data: 4567`.
    expect(read(['data: 4567\n\n'], 10).heard).toEqual(['4567']);
    expect(read(['data: 45678\n\n'], 10).heard).toEqual([undefined]);
    expect(read(['data: 4567\ndata: 4567\n\n'], 20).heard).toEqual(['4567\n4567']);
    expect(read(['data: 4567\ndata: 4567\n\n'], 19).heard).toEqual([undefined]);
    expect(read(['data: 45678\n\ndata: 4567\n\n'], 10).heard).toEqual([undefined, '4567']);
  });
});

it('a line longer than any text can be is passed over, wherever it stands', () => {
  const heard: unknown[] = [];
  const reader = createEventReader(1000, (data) => heard.push(data));
  const filler = Buffer.alloc(16 * 1024 * 1024, 'x');
  for (const field of ['data: ', ': ', 'event: ']) {
    reader.feed(Buffer.from(field));
    // A gibibyte: V8's texts end at half of it.
    for (let part = 0; part < 64; part += 1) reader.feed(filler);
    reader.feed(Buffer.from('\ndata: a\n\n'));
  }
  expect(heard).toEqual([undefined, 'a']);
});

describe('the event that a stream ends in', () => {
  it.each<[string, string | undefined]>([
    ['data: a', 'a'],
    ['data: a\n', 'a'],
    ['data: a\ndata: b', 'a\nb'],
    ['event: other\ndata: a', undefined],
    ['data: a\n\n', undefined],
    [': comment', undefined],
    ['data: a\nx', 'a'],
    ['', undefined],
  ])('%j', (text, expected) => {
    expect(read([text]).reader.finish()).toBe(expected);
  });

  it('is not told when it is too long', () => {
    expect(read(['data: 4567'], 10).reader.finish()).toBe('4567');
    expect(read(['data: 45678'], 10).reader.finish()).toBeUndefined();
  });
});

describe('a stream', () => {
  it('can be resumed once an event has carried an id', () => {
    expect(read(['data: a\n\n']).reader.resumable).toBe(false);
    expect(read(['id\n\n']).reader.resumable).toBe(false);
    expect(read(['id:\n\n']).reader.resumable).toBe(false);
    expect(read(['id: 1\ndata: a\n\n', 'data: b\n\n']).reader.resumable).toBe(true);
  });

  it.each<[string, boolean]>([
    ['', true],
    ['data: a\n\n', true],
    [': comment\n', true],
    ['\n', true],
    ['id: 1\n', true],
    ['d', false],
    ['data\n', false],
    ['data: a\n', false],
    ['event: message\n', false],
    ['event: message\n\n', true],
  ])('behind %j is between two events: %j', (text, between) => {
    expect(read([text]).reader.isBetween).toBe(between);
  });

  it('tells whether its last byte was an LF, whatever its chunks', () => {
    expect(read([]).reader.endsInLf).toBe(false);
    expect(read(['data: a\n\n', '']).reader.endsInLf).toBe(true);
    expect(read(['data: a\r\r', '']).reader.endsInLf).toBe(false);
    expect(read(['data: a\n\n', 'x']).reader.endsInLf).toBe(false);
  });
});
