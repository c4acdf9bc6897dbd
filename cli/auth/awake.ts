/** Keeps the process alive while somebody waits, and no longer: a sign-in that was given up does not. */
export async function awake<T>(work: Promise<T>): Promise<T> {
  const timer = setInterval(() => {}, 2 ** 30);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
