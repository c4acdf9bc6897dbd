/** How much goes to stderr; each level adds to those before it. */
export const LOG_LEVELS = ['silent', 'error', 'info', 'debug'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Log {
  failure(message: string): void;
  info(message: string): void;
}

/** Lines on stderr. Silent is the default, since some hosts take anything there, or the word "error", for a failure. */
export function createLog(level: LogLevel): Log {
  const tell = (least: LogLevel, message: string) => {
    if (LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least)) process.stderr.write(`lambda-mcp: ${message}\n`);
  };
  return {
    failure: (message) => tell('error', message),
    info: (message) => tell('info', message),
  };
}
