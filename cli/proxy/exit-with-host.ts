/** Milliseconds between two looks. */
const INTERVAL = 500;

/**
 * Ends the process once its host is gone: stdin has ended, and the process that started this one has too. What still
 * runs then would be answered to nobody, and be waited for until the function's time-out. As long as the host lives,
 * the end of stdin alone means only that no more requests come.
 */
export function exitWithHost(): void {
  const host = process.ppid;
  process.stdin.once('end', () => {
    setInterval(() => {
      if (process.ppid !== host) process.exit();
    }, INTERVAL).unref();
  });
}
