import { harmless } from '../../../wire/harmless-text.ts';

/** Text that is HTML already. */
export interface Html {
  readonly html: string;
}

type Part = string | number | undefined | Html | readonly (Html | string)[];

/** HTML out of a template: whatever is put in is escaped, unless it is HTML from here. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: strings.map((text, index) => text + (index < parts.length ? render(parts[index]) : '')).join('') };
}

export const NOTHING: Html = { html: '' };

function render(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'object' && 'html' in part) return part.html;
  if (typeof part === 'object') return part.map(render).join('');
  return escapeText(String(part));
}

/** Longest text in one place; characters. */
const MAX_TEXT_LENGTH = 2048;

/** For element content and for attributes in quotes. */
function escapeText(text: string): string {
  const shown = harmless(text.slice(0, MAX_TEXT_LENGTH));
  return shown.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
