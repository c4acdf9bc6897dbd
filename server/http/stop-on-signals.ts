const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

/** Ends the process once `close` has, when it is told to end; at once when it is told so again. */
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
