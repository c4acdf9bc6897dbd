export interface LineSplitter {
  split(chunk: Buffer): void;
  /** No more comes: what is kept is a line. */
  end(): void;
}

/**
 * Takes chunks of bytes, and gives the lines in them, without their line breaks; what follows the last one is kept.
 *
 * @param longest a longer line is given in parts of about this length; bytes
 */
export function splitLines(take: (line: string) => void, longest = Number.POSITIVE_INFINITY): LineSplitter {
  let kept: Buffer[] = [];
  let size = 0;
  function give(part: Buffer): void {
    const line = kept.length > 0 ? Buffer.concat([...kept, part]) : part;
    kept = [];
    size = 0;
    take(line.toString().replace(/\r$/, ''));
  }
  function split(chunk: Buffer): void {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      const part = chunk.subarray(from, at);
      from = at + 1;
      give(part);
    }
    const rest = chunk.subarray(from);
    size += rest.length;
    if (size > longest) give(rest);
    else if (rest.length > 0) kept.push(rest);
  }
  const end = () => {
    if (kept.length > 0) give(Buffer.of());
  };
  return { split, end };
}
