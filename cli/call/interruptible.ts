/**
 * Runs what Ctrl-C ends.
 *
 * @returns its exit status; 130 once it was ended, as a shell reports a command that SIGINT ended
 */
export async function interruptible(run: (interrupted: AbortController) => Promise<number>): Promise<number> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  try {
    return await run(interrupted);
  } catch (error) {
    if (interrupted.signal.aborted) return 130;
    throw error;
  }
}
