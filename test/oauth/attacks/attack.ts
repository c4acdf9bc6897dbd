/** Something that somebody tries, and what refuses it. */
export interface Attack {
  /** What is attacked: the server, the pool (the local one, in Cognito's place), or the command. */
  readonly at: 'server' | 'pool' | 'command';
  readonly what: string;
  /** The check that refuses it. */
  readonly check: string;
  /** What the refusal says; undefined: nothing can refuse it, and `SECURITY.md` says so by {@link sentence}. */
  readonly refusal: RegExp | undefined;
  readonly sentence?: RegExp;
  /** Tries it. @returns what the answer says */
  attempt(): Promise<string>;
  /** The same thing as whoever may do it does it. @returns what the answer says: `ok` when let in */
  legal(): Promise<string>;
}

/** Attacks that share what they are tried on. */
export interface Attacks extends AsyncDisposable {
  readonly attacks: readonly Attack[];
}

/** What is wrong with an attack's outcome; undefined when nothing is. */
export async function breachOf(attack: Attack, security: string): Promise<string | undefined> {
  const { refusal, sentence } = attack;
  // First: what is legal may end with the attack.
  const legal = await attack.legal();
  if (legal !== 'ok') return `what is legal is refused too: ${legal}`;
  const said = await attack.attempt();
  if (refusal) return refusal.test(said) ? undefined : `it is not refused by that check: ${said}`;
  if (said !== 'ok') return `it is refused, which nobody claims: ${said}`;
  return sentence?.test(security) ? undefined : 'SECURITY.md does not name it';
}
