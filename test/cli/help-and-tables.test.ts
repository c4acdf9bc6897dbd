import { describe, expect, it } from 'vitest';
import { formatTable } from '../../cli/output/table.ts';
import { wrapHelp } from '../../cli/output/wrap-help.ts';
import { bareEnvironment, runCli } from '../support/cli.ts';

const COMMANDS = ['', 'proxy', 'tools', 'call', 'shell', 'login', 'logout', 'grant', 'doctor', 'audit', 'dev', 'serve'];

describe('help', () => {
  it.each(COMMANDS)('of %j fits 60, 80 and 120 columns, and breaks no word', async (name) => {
    const { stdout } = await runCli([...(name ? [name] : []), '--help'], { env: bareEnvironment });
    for (const columns of [60, 80, 120]) {
      const wrapped = wrapHelp(stdout, columns);
      expect(wrapped.match(/\S+/g)).toEqual(stdout.match(/\S+/g));
      expect(wrapped.split('\n').filter((line) => line.length > columns)).toEqual([]);
      // Each option still begins a line.
      expect(wrapped.match(/^ {2}--[\w-]+/gm)).toEqual(stdout.match(/^ {2}--[\w-]+/gm));
    }
  });
});

describe('a table', () => {
  it('has tabs and no padding where no terminal reads it', () => {
    expect(
      formatTable(
        ['A', 'B'],
        [
          ['one two', ''],
          ['x', 'y'],
        ],
        undefined,
      ),
    ).toBe('A\tB\none two\t\nx\ty\n');
  });

  it('is padded on a terminal', () => {
    expect(formatTable(['A', 'B'], [['long', 'y']], 80)).toContain('long  y');
  });
});
