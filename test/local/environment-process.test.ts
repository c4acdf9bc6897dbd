import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { EnvironmentsOptions } from '../../local/execution/environments.ts';
import { fixture, open, rejection, text } from '../support/execution.ts';
import { contents, newPath } from '../support/scratch.ts';

describe('an environment has its own', () => {
  it('working directory, which is the folder of the module', async () => {
    const { call } = start();
    const folder = dirname(fixture('process.ts'));
    expect(await call({ do: 'cwd' })).toBe(folder);
    expect(await call({ do: 'chdir', path: '/' })).toBe('/');
    expect(await call({ do: 'cwd' })).toBe('/');
    expect(await start().call({ do: 'cwd' })).toBe(folder);
    expect(process.cwd()).not.toBe('/');
  });

  it('variables and time zone', async () => {
    const { call } = start();
    expect(await call({ do: 'setVariable' })).toMatch(/09:00:00 GMT\+0900/);
    expect(await call({ do: 'getVariable' })).toBe('set');
    expect(await start().call({ do: 'getVariable' })).toBe('not set');
    expect(process.env.OF_ONE_ENVIRONMENT).toBeUndefined();
  });

  it('process, without arguments of ours', async () => {
    const { call } = start();
    expect(await call({ do: 'pid' })).not.toBe(process.pid);
    expect(await call({ do: 'argv' })).toBe(2);
  });

  it('temporary folder, which goes with it', async () => {
    const [one, two] = [start(), start()];
    const folders = [await one.call({ do: 'temporary' }), await two.call({ do: 'temporary' })];
    expect(folders[0]).not.toBe(folders[1]);
    expect(readdirSync(folders[0])).toEqual(['kept']);
    await one.environments.close();
    expect(folders.map(existsSync)).toEqual([false, true]);
  });

  it('log, of whatever its process and the programs that it starts write', async () => {
    const { call, lines } = start();
    await call({ do: 'bytes' });
    expect(lines.slice(2, 5)).toEqual(['b\ufffd', 'from a child', 'to stderr']);
  });

  it.runIf(process.platform === 'linux')('memory, buffers included', async () => {
    const { call, invoke, lines, until } = start({ memoryMb: 256 });
    expect(await call({ do: 'hold', megabytes: 32 })).toBe('held');
    await until(/^REPORT/);
    const used = Number(/Max Memory Used: (\d+) MB/.exec(lines.at(-1) ?? '')?.[1]);
    expect(used).toBeGreaterThan(32);
    expect(used).toBeLessThan(256);
    const failure = await rejection(invoke({ do: 'holdForLong', megabytes: 300 }));
    expect(failure.errorMessage).toMatch(/Runtime exited with error: signal: killed$/);
    expect(lines.at(-1)).toMatch(/Max Memory Used: 256 MB\tStatus: error\tError Type: Runtime.ExitError$/);
    expect(await call({ do: 'pid' })).toBeGreaterThan(0);
  });
});

describe('an error that nobody catches', () => {
  it.each(['rejectSoon', 'rejectLate'] as const)(
    'ends an environment, and no call that has nothing to do with it: %s',
    async (how) => {
      const { call, until, lines } = start({ maxConcurrency: 1 });
      // The call that is to blame may fail, as it may in Lambda.
      const pid = await call({ do: 'pid' });
      await call({ do: how }).catch(() => {});
      await until(/Error: forgotten/);
      for (let calls = 0; calls < 3; calls += 1) expect(await call({ do: 'pid' })).not.toBe(pid);
      expect(lines).toContainEqual(expect.stringContaining('Error: forgotten'));
    },
  );
});

describe.runIf(process.platform !== 'win32')('an environment that is frozen', () => {
  it('stands still between calls, and goes on with the next', async () => {
    const path = newPath();
    const { call, until } = start({ freeze: true });
    const pid = await call({ do: 'tick', path });
    await until(/^REPORT/);
    await stopped(pid);
    const before = contents(path);
    await sleep(100);
    expect(contents(path)).toBe(before);
    expect(await call({ do: 'pid' })).toBe(pid);
    await grown(path, before);
  });

  it('stands still with the programs that it started', async () => {
    const path = newPath();
    const { call, until } = start({ freeze: true });
    const pid = await call({ do: 'pid' });
    await call({ do: 'child', path });
    await until(/^REPORT .*request-2/);
    await stopped(pid);
    const before = contents(path);
    await sleep(150);
    expect(contents(path)).toBe(before);
  });

  it('is not, unless that is asked for', async () => {
    const path = newPath();
    const { call, until } = start();
    await call({ do: 'tick', path });
    await until(/^REPORT/);
    await grown(path, contents(path));
  });

  it('is not while there is a debugger, nor is its time measured', async () => {
    const path = newPath();
    const { call, until } = start({ freeze: true, timeoutMs: 1, execArgv: ['--inspect=127.0.0.1:0'] });
    await call({ do: 'tick', path });
    await until(/^REPORT/);
    await grown(path, contents(path));
  });

  it('ends when it is closed', async () => {
    const { call, environments, until } = start({ freeze: true });
    const pid = await call({ do: 'pid' });
    await until(/^REPORT/);
    await environments.close();
    expect(isAlive(pid)).toBe(false);
  });
});

describe.runIf(process.platform !== 'win32')('no environment outlives this program', () => {
  it.each([
    ['stopped, as it is frozen', 'pid', 'SIGKILL'],
    ['stopped, as it is frozen', 'pid', 'SIGTERM'],
    ['in an endless loop', 'loop', 'SIGKILL'],
  ] as const)('%s: do %s, %s', async (_state, deed, end) => {
    const program = spawn(
      process.execPath,
      [fileURLToPath(new URL('../support/hold-environment.ts', import.meta.url)), deed],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [line] = await once(createInterface({ input: program.stdout }), 'line');
    const { pid, folder } = JSON.parse(line);
    if (deed === 'pid') await stopped(pid);
    expect(existsSync(folder)).toBe(true);
    program.kill(end);
    await once(program, 'exit');
    while (isAlive(pid) || existsSync(folder)) await sleep(10);
  });
});

describe('several calls at once in one environment', () => {
  it('share its process, and each has its own context', async () => {
    const { invoke, signal, until } = start({ maxConcurrencyPerEnvironment: 3, maxConcurrency: 4 });
    const ask = { do: 'together', signal: signal.name } as const;
    const running = [1, 2, 3, 4].map((each) => invoke(ask, { traceId: `Root=${each}` }));
    await expect(invoke(ask)).rejects.toThrow(/Rate Exceeded/);
    await until('running 3');
    signal.give();
    const answers = await Promise.all(running.map(async (call) => JSON.parse(await text(await call))));
    expect(answers.map(({ awsRequestId }) => awsRequestId)).toEqual([
      'request-1',
      'request-2',
      'request-3',
      'request-4',
    ]);
    expect(answers.map(({ xRayTraceId }) => xRayTraceId)).toEqual(['Root=1', 'Root=2', 'Root=3', 'Root=4']);
    expect(answers.every(({ variable }) => variable === null)).toBe(true);
    expect(answers.slice(0, 3).map(({ most }) => most)).toEqual([3, 3, 3]);
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(2);
  });
});

function start(options: Partial<EnvironmentsOptions> = {}) {
  const opened = open('process.ts', 'handler', options);
  return { ...opened, call: async (order: object) => JSON.parse(await text(await opened.invoke(order))) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch {
    return false;
  }
}

/** Of one whose parent is gone and that nobody has asked about yet. */
function isZombie(pid: number): boolean {
  return existsSync(join('/proc', String(pid))) && stateOf(pid) === 'Z';
}

function stateOf(pid: number): string | undefined {
  return /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
}

/** On Linux the state of a process is known; elsewhere a moment must do. */
async function stopped(pid: number): Promise<void> {
  if (process.platform !== 'linux') return sleep(200);
  while (stateOf(pid) !== 'T') await sleep(5);
}

async function grown(path: string, before: string): Promise<void> {
  while (contents(path).length <= before.length) await sleep(5);
}
