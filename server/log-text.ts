/** The longest that a caller's own word for something, such as a tool's name, is kept; characters. */
const MAX_NAME_LENGTH = 128;

/** A text that somebody else chose, cut to what a log may hold; the length in characters. */
export function bounded(text: string | undefined, length: number = MAX_NAME_LENGTH): string | undefined {
  return text?.slice(0, length);
}

/** Without line breaks and other control characters: what follows one would look like a line of anybody's. */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (char) => ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
