import { AwsFault } from './aws-services.ts';

const WORDS = /^(?:\?(?:\w+|"[^"]+")(?:\s+|$))+$/;
const PHRASE = /^"([^"]+)"$/;
const OBJECT = /^\{\s*(.+?)\s*\}$/;
const COMPARISON = /^(?:\(\s*)?\$\.([\w.[\]]+) = "([^"]*)"(?:\s*\))?$/;

/**
 * Whether CloudWatch Logs would find a log event by a filter pattern, of the few forms that this project sends: a phrase
 * (`"lingered 1"`), words of which one is enough (`?outcome ?"platform.report"`), and fields of a JSON object that hold a
 * text (`{ ($.a[0].b = "x") && ($.c = "*y*") }`), joined all by `&&` or all by `||`.
 *
 * AWS does not say whether a word is found within a longer one: here it is not, as less is found so.
 *
 * @throws AwsFault for any other pattern
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function matchesFilterPattern(pattern: string, message: string): boolean {
  if (WORDS.test(pattern)) {
    const words = pattern.matchAll(/\?(?:(\w+)|"([^"]+)")/g);
    return [...words].some(([, word, quoted = '']) => holds(message, word ?? quoted));
  }
  const [, phrase] = PHRASE.exec(pattern) ?? [];
  if (phrase !== undefined) return holds(message, phrase);
  const [, condition] = OBJECT.exec(pattern) ?? [];
  if (condition === undefined) throw unknown(pattern);
  const operator = condition.includes(' && ') ? '&&' : '||';
  const tests = condition.split(` ${operator} `).map((part) => {
    const [, path, value] = COMPARISON.exec(part) ?? [];
    if (path === undefined || value === undefined) throw unknown(pattern);
    return (given: unknown) => fits(value, field(given, path));
  });
  const given = fromJson(message);
  return operator === '&&' ? tests.every((test) => test(given)) : tests.some((test) => test(given));
}

/** Case-sensitive. */
function holds(message: string, text: string): boolean {
  return new RegExp(`(?<!\\w)${escaped(text)}(?!\\w)`).test(message);
}

/** `*` stands for any characters. */
function fits(value: string, given: unknown): boolean {
  const source = value.split('*').map(escaped).join('.*');
  return typeof given === 'string' && new RegExp(`^${source}$`, 's').test(given);
}

function escaped(text: string): string {
  return text.replace(/[^\w\s]/g, '\\$&');
}

function field(given: unknown, path: string): unknown {
  return path
    .split(/[.[\]]+/)
    .reduce((value: unknown, key) => (value as Record<string, unknown> | null | undefined)?.[key], given);
}

function fromJson(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function unknown(pattern: string): AwsFault {
  return new AwsFault('InvalidParameterException', `Invalid filter pattern, or one not known here: ${pattern}`);
}
