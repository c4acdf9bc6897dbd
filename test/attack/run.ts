import { readFileSync } from 'node:fs';
import { ATTACKS, breachOf, isShown } from './catalogue.ts';
import { audited, FORMS } from './evidence.ts';

/**
 * Each way in which somebody might edit or blind the audit, in each form in which the log comes out of CloudWatch. Exits
 * 1 when one is neither prevented, nor shown, nor named in SECURITY.md.
 */
const security = readFileSync(new URL('../../SECURITY.md', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ');
let broken = 0;
for (const attack of ATTACKS) {
  const problems: string[] = [];
  for (const [form, write] of Object.entries(FORMS)) {
    const seen = await audited({
      trail: attack.trail,
      log: write(attack.log),
      access: attack.access && write(attack.access),
    });
    const breach =
      breachOf(attack, seen) ?? (attack.outcome === 'shown' && !isShown(seen) ? 'it does not show' : undefined);
    if (breach !== undefined) problems.push(`${form}: ${breach}`);
  }
  if (attack.outcome === 'named' && !attack.sentence?.test(security)) problems.push('SECURITY.md does not name it');
  if (problems.length > 0) broken += 1;
  console.log(`${problems.length > 0 ? 'BROKEN' : attack.outcome.padEnd(9)}  ${attack.by}: ${attack.what}`);
  for (const problem of problems) console.log(`           ${problem}`);
}
console.log(`\n${ATTACKS.length} attacks in ${Object.keys(FORMS).length} forms of log, ${broken} broken`);
process.exitCode = broken > 0 ? 1 : 0;
