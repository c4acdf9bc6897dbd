/**
 * How likely it is to see at least this many events where so many are expected, if they come independently of each
 * other: the upper tail of the Poisson distribution.
 */
export function poissonTail(count: number, expected: number): number {
  if (count <= 0) return 1;
  if (expected <= 0) return 0;
  // Far above what is expected the first terms are all there is.
  let term = Math.exp(-expected + count * Math.log(expected) - logFactorial(count));
  if (count > expected) {
    let sum = 0;
    for (let k = count; term > sum * 1e-12 && k < count + 10_000; k += 1) {
      sum += term;
      term *= expected / (k + 1);
    }
    return Math.min(1, sum);
  }
  term = Math.exp(-expected);
  let below = 0;
  for (let k = 0; k < count; k += 1) {
    below += term;
    term *= expected / (k + 1);
  }
  return Math.max(0, 1 - below);
}

function logFactorial(n: number): number {
  if (n > 100) return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n);
  let sum = 0;
  for (let k = 2; k <= n; k += 1) sum += Math.log(k);
  return sum;
}
