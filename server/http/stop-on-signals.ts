const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

/** Ends the process by SIGTERM or SIGINT once `close` has finished; at once by a second signal. */
export function stopOnSignals(close: () => Promise<void>): void {
  let isStopping = false;
  for (const [signal, number] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (isStopping) process.exit(128 + number);
      isStopping = true;
      close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}
