import { timingSafeEqual } from 'node:crypto';

/** Whether two strings are equal, in a time that tells nothing but whether their lengths are. */
export function equalInConstantTime(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
