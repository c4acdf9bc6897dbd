import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { asRecord } from '../../wire/json.ts';
import { childEnvironment } from './child-environment.ts';
import { createChildLog } from './child-log.ts';
import { ChildRequests } from './child-requests.ts';
import {
  type ChildMessage,
  type InitializeResult,
  readBrokenAnswer,
  readInitializeResult,
  readLine,
  readResponse,
} from './messages.ts';
import { refuseQuestion } from './refuse-question.ts';
import { splitLines } from './split-lines.ts';
import type { StdioServer } from './stdio-server.ts';
import { endWithThisProcess, killProcess, stopProcess } from './stop-process.ts';

/** Most that a process may write between two answers, or in one line; bytes. */
const MAX_UNANSWERED = 64 * 1024 * 1024;
/** Most of it that may be no JSON-RPC; bytes. */
const MAX_TEXT = 8 * 1024 * 1024;
/** Longest piece of stderr that is kept while it has no line break; bytes. */
const MAX_STDERR_LINE = 64 * 1024;
/** How long a process whose pipes have closed has to end, so that its exit code can be told; milliseconds. */
const EXIT_GRACE = 200;
/** How long a process that wrote a broken answer has to write a whole one; milliseconds. */
const BROKEN_GRACE = 500;
/** How long a process has to show that it still answers, after a request was taken back; milliseconds. */
const PROOF_TIME = 1000;

/** What is asked of a process first. It is offered nothing that a stateless client could not do. */
const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'lambda-mcp', version: '1.0.0' },
};

/** A running stdio server. */
export interface Child {
  /** What it says of itself; rejects when it ends before. */
  readonly initialized: Promise<InitializeResult>;
  readonly requests: ChildRequests;
  /** A Lambda request begins that it serves. An idle process does not keep this one running. */
  hold(requestId: string): void;
  /** That request has ended. */
  release(requestId: string): void;
  readonly isIdle: boolean;
  /** When the last request ended that it served; by `performance.now()`. */
  readonly lastUsed: number;
  /** Whether it can be given another request; waits for one that had a request taken back to show that it lives. */
  isUsable(): Promise<boolean>;
  /** Ends it once nothing is under way. */
  retire(): void;
  /** Settles when it has ended, or answers no more. */
  readonly ended: Promise<void>;
  /** Settles when its memory is free. */
  readonly gone: Promise<void>;
}

/** Starts a stdio server, and initialises it. */
export function startChild(server: StdioServer, callerArn?: string): Child {
  const { command, args = [], cwd } = server;
  const log = createChildLog();
  const serves = new Set<string>();
  const { promise: ended, resolve: settleEnded } = Promise.withResolvers<void>();
  const child = spawn(command === 'node' ? process.execPath : command, args, {
    env: childEnvironment(server, callerArn),
    ...(cwd !== undefined && { cwd }),
    stdio: 'pipe',
    detached: true,
  });
  endWithThisProcess(child);
  let isOver = false;
  let lastUsed = 0;
  let isRetired = false;
  let unanswered = 0;
  let text = 0;
  let proof: Promise<boolean> | undefined;

  const requests = new ChildRequests({
    write: (text) => void child.stdin.write(text),
    begin() {
      unanswered = text = 0;
      log.restart();
    },
    idle() {
      if (isRetired) end();
    },
    withdrawn() {
      proof = Promise.race([
        requests.ask('ping').then(
          () => true,
          () => false,
        ),
        // What came while the environment was frozen is read first.
        sleep(PROOF_TIME, undefined, { ref: false }).then(() => nextTurn(false)),
      ]);
    },
  });

  /** Nothing more is expected of it: what is under way gets an error that says what happened. */
  function fail(what: string): void {
    if (isOver) return;
    log.write('process', `It ${what}.`, serves);
    end(what);
    killProcess(child);
  }

  function end(what = 'was ended, since it had not answered in time'): void {
    if (isOver) return;
    isOver = true;
    requests.fail(
      `The MCP server's process ${what}. The next call starts a new one; the function's log has its stderr.`,
    );
    settleEnded();
    stopProcess(child);
  }

  function takeLine(line: string): void {
    if (isOver || line === '') return;
    const messages = readLine(line);
    if (messages.length === 0) takeText(line);
    for (const message of messages) {
      if (typeof message.method !== 'string') takeResponse(message);
      else if (message.id !== undefined) requests.write(refuseQuestion(message));
      else requests.notify({ method: message.method, params: asRecord(message.params) });
    }
  }

  /** A server that prints to its stdout: clients pass over it. */
  function takeText(line: string): void {
    text += line.length;
    if (text <= MAX_TEXT) log.write('stdout', line, serves);
    else fail(`wrote ${MAX_TEXT / 1024 / 1024} MiB to its stdout that are no JSON-RPC`);
    const id = readBrokenAnswer(line);
    if (id === undefined || !requests.has(id)) return;
    // Unless it prints its messages beside those that it sends, nothing else will answer.
    void sleep(BROKEN_GRACE).then(() => {
      if (requests.has(id)) fail('wrote a JSON-RPC message to its stdout that is no JSON');
    });
  }

  function takeResponse(message: ChildMessage): void {
    if (requests.settle(message.id, readResponse(message))) unanswered = text = 0;
    else fail('answered an id that nobody had asked');
  }

  const stdout = splitLines(takeLine);
  const stderr = splitLines((line) => log.write('stderr', line, serves), MAX_STDERR_LINE);
  child.stdout.on('data', (chunk: Buffer) => {
    if (isOver) return;
    unanswered += chunk.length;
    if (unanswered <= MAX_UNANSWERED) stdout.split(chunk);
    else fail(`wrote ${MAX_UNANSWERED / 1024 / 1024} MiB to its stdout without answering`);
  });
  child.stderr.on('data', stderr.split);
  child.stderr.on('end', stderr.end);

  const { promise: gone, resolve: settleGone } = Promise.withResolvers<void>();
  child.once('exit', () => settleGone());
  const closed = once(child, 'close').catch(() => {});
  /** Its last answer may still be in the pipe when it has ended, and its exit code unknown when the pipe has closed. */
  const failSoon = async (what: () => string) => {
    isRetired = true;
    await Promise.race([closed, sleep(EXIT_GRACE)]);
    fail(what());
  };
  const howEnded = () => {
    const { exitCode, signalCode } = child;
    if (exitCode === null && signalCode === null) return 'closed its pipes';
    return `ended ${signalCode === null ? `with exit code ${exitCode}` : `by ${signalCode}`}`;
  };
  child.on('error', (error: NodeJS.ErrnoException) => {
    fail(`could not be started: ${error.code ?? error.name}`);
    if (child.pid === undefined) settleGone();
  });
  child.on('exit', () => void failSoon(howEnded));
  child.stdout.on('end', () => void failSoon(howEnded));
  for (const pipe of child.stdio) pipe?.on('error', () => void failSoon(howEnded));

  const initialized = requests
    .ask('initialize', INITIALIZE)
    .then(readInitializeResult)
    .catch((error: unknown) => {
      fail('did not answer initialize as an MCP server does');
      throw requests.failure ?? error;
    });
  initialized.then(
    () => requests.write({ method: 'notifications/initialized' }),
    () => {},
  );

  const keep = (isNeeded: boolean) => {
    for (const each of [child, ...child.stdio] as { ref?(): void; unref?(): void }[]) {
      if (isNeeded) each.ref?.();
      else each.unref?.();
    }
  };
  keep(false);

  return {
    initialized,
    requests,
    get isIdle() {
      return serves.size === 0;
    },
    get lastUsed() {
      return lastUsed;
    },
    hold(requestId) {
      if (serves.size === 0) keep(true);
      serves.add(requestId);
    },
    release(requestId) {
      serves.delete(requestId);
      lastUsed = performance.now();
      if (serves.size === 0) keep(false);
    },
    ended,
    gone,
    async isUsable() {
      if (isOver || isRetired) return false;
      const lives = (await proof) ?? true;
      if (!lives) fail('did not answer a ping after a request was taken back');
      else proof = undefined;
      return lives && !isOver;
    },
    retire() {
      isRetired = true;
      if (requests.size === 0) end();
    },
  };
}
