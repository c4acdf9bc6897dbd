export type Side = 'server' | 'client';
/** `stdio`: a server of v1 behind `lambda-mcp/server/stdio`, which also serves the revision that v1 does not speak. */
export type Sdk = 'v2' | 'v1' | 'stdio';
/** `Node`: the Node host with sessions, without AWS; `REST`: a REST API under IAM (`npm run hosts`). */
export type Way = 'SigV4' | 'Invoke' | 'Node' | 'REST';

/** Versions of the official suite, and the aliases that they are installed under. */
export const SUITES = { '0.1.16': 'conformance-0.1', '0.2.0-alpha.12': 'conformance-0.2' } as const;
export type Suite = keyof typeof SUITES;

/** One combination that the suite is run on. */
export interface Leg {
  readonly side: Side;
  readonly sdk: Sdk;
  readonly way: Way;
  readonly suite: Suite;
  /** Protocol revision. */
  readonly revision: string;
}

const OLD = '2025-11-25';
const NEW = '2026-07-28';

/** What each SDK line speaks, and the suite that covers it. */
const COVERED: readonly Pick<Leg, 'sdk' | 'suite' | 'revision'>[] = [
  { sdk: 'v2', suite: '0.2.0-alpha.12', revision: NEW },
  { sdk: 'v2', suite: '0.2.0-alpha.12', revision: OLD },
  { sdk: 'v2', suite: '0.1.16', revision: OLD },
  { sdk: 'v1', suite: '0.2.0-alpha.12', revision: OLD },
  { sdk: 'v1', suite: '0.1.16', revision: OLD },
  { sdk: 'stdio', suite: '0.2.0-alpha.12', revision: NEW },
  { sdk: 'stdio', suite: '0.2.0-alpha.12', revision: OLD },
  { sdk: 'stdio', suite: '0.1.16', revision: OLD },
];

const SIDES: readonly Side[] = ['server', 'client'];
const WAYS: readonly Way[] = ['SigV4', 'Invoke'];

export const LEGS: readonly Leg[] = SIDES.flatMap((side) =>
  COVERED.filter(({ sdk }) => side === 'server' || sdk !== 'stdio').flatMap((covered) =>
    WAYS.map((way) => ({ side, way, ...covered })),
  ),
);

/** The legs of `npm run hosts`: both SDK lines, which have all that a revision asks for where the host keeps sessions. */
export const HOST_LEGS: readonly Leg[] = (['Node', 'REST'] as const).flatMap((way) =>
  COVERED.filter(({ sdk }) => sdk !== 'stdio').map((covered): Leg => ({ side: 'server', way, ...covered })),
);

/** A leg's name on the command line. */
export function legName({ side, sdk, way, suite, revision }: Leg): string {
  return [side, sdk, way, suite, revision].join('/');
}
