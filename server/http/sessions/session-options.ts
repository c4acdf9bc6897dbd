/** How long sessions live, and how many. Each lives in one process. */
export interface SessionOptions {
  /**
   * How long a session lives on that nobody uses; milliseconds. An open stream is a use.
   * @default 1800000
   */
  readonly idleTimeout?: number | undefined;
  /**
   * Most sessions at once in this process: beyond it `initialize` is answered 503.
   * @default 1000
   */
  readonly maxSessions?: number | undefined;
  /**
   * How much of what a session was sent is kept for a client that takes up a broken stream; characters of JSON.
   * @default 1048576
   */
  readonly maxStoredEvents?: number | undefined;
  /**
   * Whether to write each minute how many sessions there are: CloudWatch's metric `openSessions`.
   * @default false
   */
  readonly reportCount?: boolean | undefined;
  /** Where there are several processes; default: this one is the only one. */
  readonly cluster?: SessionCluster | undefined;
}

/** Several processes behind one address: each sends a session's requests on to the one that has it. */
export interface SessionCluster {
  /**
   * Where the others connect to this process: `http://10.0.1.7:8000`.
   * @default in Amazon ECS the task's private address
   */
  readonly address?: string | undefined;
  /** The same for all processes, and known to nobody else; at least 32 characters. It signs the ids of sessions. */
  readonly secret: string;
}
