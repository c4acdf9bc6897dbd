/** A client that the suite's `auth/*` scenarios are run on. */
export interface Leg {
  /** What the table calls it. */
  readonly name: string;
  /** Which entries of `expected-failures.json` are meant. */
  readonly client: 'fetch' | 'authProvider' | 'command';
  readonly sdk: 'v1' | 'v2';
  /** Protocol revision, whose scenarios are run. */
  readonly revision: string;
  /** Of the scenarios beyond any revision those that this client has an answer to. */
  readonly extensions: readonly string[];
  /** Program and arguments; the suite adds the URL. */
  readonly command: string;
}

const MACHINES = ['auth/client-credentials-basic', 'auth/client-credentials-jwt'];
const DPOP = ['auth/dpop', 'auth/dpop-nonce'];
const ENTERPRISE = ['auth/enterprise-managed-authorization'];

const PROGRAM = '../oauth/conformance';

// Nobody is asked for auth/wif-jwt-bearer, to which neither SDK has an answer. `auth` sends bearer tokens alone, so that
// DPoP is the SDK's own; the line v1 has neither it nor enterprise-managed authorization.

/** As far as each SDK line goes: v1 does not speak the revision of 2026. */
const LINES = [
  { sdk: 'v2', revision: '2026-07-28' },
  { sdk: 'v1', revision: '2025-11-25' },
] as const;

export const LEGS: readonly Leg[] = [
  ...LINES.flatMap(({ sdk, revision }): Leg[] => [
    {
      name: `awsFetch with auth, SDK ${sdk}`,
      ...{ client: 'fetch', sdk, revision },
      extensions: sdk === 'v1' ? MACHINES : [...MACHINES, ...ENTERPRISE],
      command: `node ${PROGRAM}/client.ts ${sdk} auth`,
    },
    {
      name: `awsFetch below authProvider, SDK ${sdk}`,
      ...{ client: 'authProvider', sdk, revision },
      extensions: sdk === 'v1' ? MACHINES : [...MACHINES, ...ENTERPRISE, ...DPOP],
      command: `node ${PROGRAM}/client.ts ${sdk} authProvider`,
    },
  ]),
  {
    name: 'lambda-mcp proxy --auth oauth',
    ...{ client: 'command', sdk: 'v2', revision: '2026-07-28' },
    extensions: ['auth/client-credentials-basic'],
    command: `node ${PROGRAM}/command.ts`,
  },
];
