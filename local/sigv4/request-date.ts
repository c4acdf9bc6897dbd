import { incompleteSignature, invalidSignature, type SignatureRefusal } from './refusal.ts';

/** When a request says that it was signed. */
export interface RequestDate {
  /** `YYYYMMDD'T'HHMMSS'Z'`, as sent. */
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

const WINDOW_MINUTES = 5;

/**
 * The date of `x-amz-date`, or else of `date`.
 *
 * ISO 8601 basic format only, in both. botocore signs requests that carry `Date: Mon, …` too, but a service of AWS is
 * on record for refusing that with the message given here. A header sent twice is no date either.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html#date
 */
export function readRequestDate(headers: ReadonlyMap<string, readonly string[]>): RequestDate | SignatureRefusal {
  const text = (headers.get('x-amz-date') ?? headers.get('date') ?? []).join(',').trim();
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)?.map(Number) ?? [];
  const time = Date.UTC(year ?? Number.NaN, (month ?? 0) - 1, day, hour, minute, second);
  // `Date.UTC` takes a 31st of February for the 3rd of March, and year 0 for 1900.
  if (Number.isNaN(time) || basicFormat(time) !== text) {
    return incompleteSignature(
      `Date must be in ISO-8601 'basic format'. Got '${text}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  }
  return { text, time };
}

/**
 * A signature is good for five minutes, and for clocks that are five minutes ahead.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
export function checkWindow(date: RequestDate, now: Date): SignatureRefusal | undefined {
  const seconds = Math.floor(now.getTime() / 1000) * 1000;
  const earliest = seconds - WINDOW_MINUTES * 60_000;
  const latest = seconds + WINDOW_MINUTES * 60_000;
  if (date.time < earliest) {
    const limit = `${basicFormat(earliest)} (${basicFormat(seconds)} - ${WINDOW_MINUTES} min.)`;
    return invalidSignature(`Signature expired: ${date.text} is now earlier than ${limit}`);
  }
  if (date.time > latest) {
    const limit = `${basicFormat(latest)} (${basicFormat(seconds)} + ${WINDOW_MINUTES} min.)`;
    return invalidSignature(`Signature not yet current: ${date.text} is still later than ${limit}`);
  }
  return undefined;
}

function basicFormat(time: number): string {
  return new Date(time).toISOString().replace(/[:-]|\.\d{3}/g, '');
}
