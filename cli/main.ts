#!/usr/bin/env node
import { UsageError } from './usage-error.ts';

const HELP = `Usage: lambda-mcp COMMAND [options]

Commands:
  dev ENTRY   run a server file on the local Lambda: SigV4 verified, IAM evaluated

Options:
  --help      show this, or with a command that command's options
  --version   show the version

Exit codes: 0 done, 1 failed, 2 wrong usage.
`;

const COMMANDS: Record<string, () => Promise<(args: string[]) => Promise<void>>> = {
  dev: async () => (await import('./dev.ts')).dev,
};

async function main([name = '--help', ...args]: string[]): Promise<void> {
  if (name === '--help' || name === '-h') return void process.stdout.write(HELP);
  if (name === '--version') {
    const { default: manifest } = await import('lambda-mcp/package.json', { with: { type: 'json' } });
    return console.log(manifest.version);
  }
  const command = COMMANDS[name];
  if (!command) throw new UsageError(`There is no command ${JSON.stringify(name)}. See: lambda-mcp --help`);
  await (await command())(args);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const usage = error instanceof UsageError;
  console.error(`lambda-mcp: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = usage ? 2 : 1;
}
