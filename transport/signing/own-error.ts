import { watchErrors } from '../unsent-errors.ts';

/**
 * Runs a provider of credentials. Of an error of a connection the AWS SDK may keep the words alone, as the message of
 * another: what is thrown then is the error itself.
 */
export async function withOwnError<T>(work: () => Promise<T>): Promise<T> {
  const seen: Error[] = [];
  const stop = watchErrors((error) => void seen.push(error));
  try {
    return await work();
  } catch (error) {
    throw seen.find((own) => String(own) === (error as Error | undefined)?.message) ?? error;
  } finally {
    stop();
  }
}
