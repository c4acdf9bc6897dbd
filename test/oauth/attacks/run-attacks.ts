import { readFileSync } from 'node:fs';
import { attacksAtCommand } from './at-command.ts';
import { attacksAtPool } from './at-pool.ts';
import { attacksAtServer } from './at-server.ts';
import { type Attack, type Attacks, breachOf } from './attack.ts';

const GROUPS: readonly (() => Promise<Attacks>)[] = [attacksAtServer, attacksAtPool, attacksAtCommand];

/** Tries each attack, and what is legal beside it. */
export async function runAttacks(): Promise<{ readonly attack: Attack; readonly breach: string | undefined }[]> {
  const security = readFileSync(new URL('../../../SECURITY.md', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ');
  const results: { attack: Attack; breach: string | undefined }[] = [];
  for (const start of GROUPS) {
    await using group = await start();
    for (const attack of group.attacks) {
      const breach = await breachOf(attack, security).catch((error: Error) => `${error.name}: ${error.message}`);
      results.push({ attack, breach });
    }
  }
  return results;
}
