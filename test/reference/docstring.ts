/** A docstring, taken apart. */
export interface Docstring {
  /** Markdown, with `{@link …}` as it was written. */
  readonly text: string;
  readonly tags: readonly { readonly name: string; readonly text: string }[];
}

/** @param comment from its opening slash to its closing one; an empty text is an empty docstring */
export function readDocstring(comment: string): Docstring {
  const lines = comment
    .replace(/^\/\*\*/, '')
    .replace(/\*\/$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  const [text = '', ...tags] = lines
    .join('\n')
    .split(/(?:^|(?<=\s))@(?=(?:default|module|param|returns|see|throws)\b)/m);
  return {
    text: text.trim(),
    tags: tags.map((tag) => {
      const [, name = '', rest = ''] = /^(\w+)\s*([\s\S]*)$/.exec(tag) ?? [];
      return { name, text: rest.trim() };
    }),
  };
}
