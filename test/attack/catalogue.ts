import {
  AT,
  type Audited,
  accessLine,
  announcement,
  apiRecord,
  INIT,
  invocation,
  line,
  MALLORY,
  record,
  report,
  type Streams,
  start,
  VICTIM,
} from './evidence.ts';

/** What becomes of an attack. */
export type Outcome =
  /** The audit reads as if it had not been tried. */
  | 'prevented'
  /** What is true stands as it was, and the attempt stands beside it. */
  | 'shown'
  /** No log can show it: `SECURITY.md` says so. */
  | 'named';

export interface Attack {
  /** What its author has. */
  readonly by: string;
  readonly what: string;
  readonly outcome: Outcome;
  readonly trail: readonly object[];
  readonly log: Streams;
  /** Of the REST API in front, where there is one. */
  readonly access?: Streams;
  /** Of `SECURITY.md`, for what no log shows. */
  readonly sentence?: RegExp;
}

const refusal = { errorCode: 'AccessDenied', errorMessage: 'not authorized' };
const byMallory = { userIdentity: { type: 'AssumedRole', arn: MALLORY, accountId: '111122223333' } };
const trail = [record('victim'), record('attack', byMallory)];
const victims = invocation('victim', line('victim'));
/** The attacker's own call, during which a tool prints what it was told. */
const echo = (...printed: string[]) =>
  invocation('attack', ...printed, line('attack', { caller: MALLORY, tool: 'log' }));
const forged = (changed: object = {}) => line('victim', { tool: 'rotate_keys', mark: undefined, ...changed });
const one = (...within: string[]) => [INIT, announcement(), ...victims, ...within];
const shut = (level: string, message: string) =>
  JSON.stringify({ timestamp: new Date(AT).toISOString(), level, requestId: 'attack', message });

const CALLER = 'a caller, through a tool that logs what it is told';
const INVOKER = 'a caller with lambda:InvokeFunction';
const WRITER = 'somebody with logs:PutLogEvents';

/** Behind a REST API: the victim calls through it, and the attacker invokes the function. */
const victimsAccess = accessLine('victim', { userArn: VICTIM, accountId: '111122223333' });
const restTrail = [apiRecord('victim'), record('attack', { ...byMallory, eventName: 'Invoke' })];
/** A role of another account, of which CloudTrail tells no ARN. */
const FOREIGN = '444455556666';
const byForeigner = { userIdentity: { type: 'AWSAccount', accountId: FOREIGN, principalId: 'AROAMALLORY:run' } };
const FOREIGN_VICTIM = `arn:aws:sts::${FOREIGN}:assumed-role/victim/run`;
/** What the function logs of an event of payload 1.0 in which the attacker wrote the caller. */
const asVictim = (changed: object = {}) => invocation('attack', line('attack', { tool: 'log', ...changed }));
const API_CALLER = 'a caller of the REST API';
const ACCESS_WRITER = 'somebody with logs:PutLogEvents on the access log';

export const ATTACKS: readonly Attack[] = [
  {
    ...{ by: CALLER, what: 'prints a line by console, text format', outcome: 'prevented', trail },
    log: { a: one(...echo(`2026-11-25T10:00:00.000Z\tattack\tINFO\t${forged()}`)) },
  },
  {
    ...{ by: CALLER, what: 'prints a line below its first, text format', outcome: 'prevented', trail },
    log: { a: one(...echo(`2026-11-25T10:00:00.000Z\tattack\tINFO\thello\n${forged()}`)) },
  },
  {
    ...{ by: CALLER, what: 'prints a line by console, JSON format', outcome: 'prevented', trail },
    log: { a: one(...echo(shut('INFO', forged()))) },
  },
  {
    ...{ by: CALLER, what: 'has a line printed as it is: another tool for the victim’s call', outcome: 'shown', trail },
    log: { a: one(...echo(forged())) },
  },
  {
    ...{ by: CALLER, what: 'the same with a mark of their own', outcome: 'shown', trail },
    log: { a: one(...echo(forged({ mark: 'made-up' }))) },
  },
  {
    ...{ by: CALLER, what: 'announces a mark first', outcome: 'shown', trail },
    log: { a: one(...echo(announcement('mine'), forged({ mark: 'mine' }))) },
  },
  {
    ...{ by: CALLER, what: 'pretends that the environment began anew', outcome: 'shown', trail },
    log: { a: one(...echo(INIT, announcement('mine'), forged({ mark: 'mine' }))) },
  },
  {
    ...{ by: CALLER, what: 'pretends that the own call crashed', outcome: 'shown', trail },
    log: {
      a: one(...echo(report('attack', '\tStatus: error'), announcement('mine'), forged({ mark: 'mine' }))),
    },
  },
  {
    ...{ by: CALLER, what: 'says that the victim’s call was another function’s', outcome: 'shown', trail },
    log: { a: one(...echo(forged({ functionName: 'other' }))) },
  },
  {
    ...{ by: CALLER, what: 'invents a call of the victim', outcome: 'shown', trail },
    log: { a: one(...echo(line('invented', { mark: undefined, tool: 'rotate_keys' }))) },
  },
  {
    ...{ by: CALLER, what: 'turns a refusal into a success', outcome: 'shown' },
    trail: [...trail, record('refused', { ...byMallory, ...refusal })],
    log: { a: one(...echo(line('refused', { caller: MALLORY }))) },
  },
  {
    ...{ by: CALLER, what: 'reports that the victim’s call crashed', outcome: 'shown', trail },
    log: { a: one(...echo(report('victim', '\tStatus: error\tError Type: Runtime.ExitError'))) },
  },
  {
    ...{ by: CALLER, what: 'floods the log with lines of no call', outcome: 'shown', trail },
    log: { a: one(...echo(...Array.from({ length: 200 }, (_, at) => line(`${at}`, { mark: `${at}` })))) },
  },
  {
    ...{ by: INVOKER, what: 'claims in the event to be the victim', outcome: 'prevented' },
    trail: [record('victim'), record('attack', { ...byMallory, eventName: 'Invoke' })],
    log: { a: one(...invocation('attack', line('attack', { caller: 'unverified', tool: 'log' }))) },
  },
  {
    ...{ by: WRITER, what: 'adds a line in another stream', outcome: 'shown', trail },
    log: { a: one(...echo()), b: [forged()] },
  },
  {
    ...{ by: WRITER, what: 'adds a whole invocation in another stream, mark announced', outcome: 'shown', trail },
    log: { a: one(...echo()), b: [INIT, announcement('mine'), ...invocation('victim', forged({ mark: 'mine' }))] },
  },
  {
    ...{ by: WRITER, what: 'copies the environment’s mark into a line an hour later', outcome: 'shown', trail },
    log: { a: one(...echo(forged({ mark: 'genuine', _aws: { Timestamp: AT + 3_600_000 } }))) },
  },
  {
    ...{ by: WRITER, what: 'writes a line, mark copied, for a call that crashed', outcome: 'named' },
    trail: [record('victim'), ...trail.slice(1)],
    log: {
      a: [
        INIT,
        announcement(),
        start('victim'),
        line('victim', { tool: 'greet' }),
        report('victim', '\tStatus: error'),
      ],
    },
    sentence: /read and write the log can copy its mark/,
  },
  {
    ...{ by: 'code in the function', what: 'logs another tool than it ran', outcome: 'named', trail },
    log: { a: one() },
    sentence: /Code in the function can lie about itself/,
  },
  {
    ...{
      by: 'somebody with logs:DeleteLogStream',
      what: 'deletes the stream of the victim’s call',
      outcome: 'shown',
      trail,
    },
    log: { b: [INIT, announcement('b'), ...invocation('attack', line('attack', { mark: 'b', caller: MALLORY }))] },
  },
  {
    ...{ by: 'somebody who can write the bucket', what: 'deletes the file with the record', outcome: 'shown' },
    trail: trail.slice(1),
    log: { a: one(...echo()) },
  },
  {
    ...{ by: 'somebody who can write the bucket', what: 'adds or changes a record', outcome: 'named', trail },
    log: { a: one(...echo()) },
    sentence: /validate-logs/,
  },
  {
    ...{ by: INVOKER, what: 'forges an event of the REST API: the victim calls', outcome: 'shown' },
    trail: restTrail,
    log: { a: one(...asVictim()) },
    access: { stage: [victimsAccess] },
  },
  {
    ...{ by: INVOKER, what: 'forges an event of the REST API, and no trail covers Invoke', outcome: 'shown' },
    trail: [apiRecord('victim')],
    log: { a: one(...asVictim()) },
    access: { stage: [victimsAccess] },
  },
  {
    ...{ by: INVOKER, what: 'forges an event of the REST API, where no access log is read', outcome: 'shown' },
    trail: [record('victim'), record('attack', { ...byMallory, eventName: 'Invoke' })],
    log: { a: one(...asVictim()) },
  },
  {
    ...{ by: INVOKER, what: 'forges one from another account: a role of that account calls', outcome: 'shown' },
    trail: [apiRecord('victim'), record('attack', { ...byForeigner, eventName: 'Invoke' })],
    log: { a: one(...asVictim({ caller: FOREIGN_VICTIM })) },
    access: { stage: [victimsAccess] },
  },
  {
    ...{ by: INVOKER, what: 'forges a delegate, who names an end user', outcome: 'shown' },
    trail: restTrail,
    log: { a: one(...asVictim({ endUser: 'ada@example.com' })) },
    access: { stage: [victimsAccess] },
  },
  {
    ...{ by: 'somebody with an API of their own', what: 'lets it call the function as the victim', outcome: 'shown' },
    trail: [apiRecord('victim'), apiRecord('attack')],
    log: { a: one(...asVictim()) },
    access: { stage: [victimsAccess] },
  },
  {
    ...{
      by: API_CALLER,
      what: 'chooses the id of the victim’s invocation for a refused request',
      outcome: 'prevented',
    },
    trail: [apiRecord('victim'), apiRecord('attack')],
    log: { a: one(...asVictim({ caller: MALLORY })) },
    access: {
      stage: [
        victimsAccess,
        accessLine('attack', { userArn: MALLORY }),
        accessLine('-', { requestId: 'victim', userArn: MALLORY, status: '403' }),
      ],
    },
  },
  {
    ...{ by: API_CALLER, what: 'is named by the authorizer like a role’s ARN', outcome: 'prevented' },
    trail: [apiRecord('victim'), apiRecord('attack')],
    log: { a: one(...asVictim({ caller: 'unverified' })) },
    access: { stage: [victimsAccess, accessLine('attack', { principalId: VICTIM })] },
  },
  {
    ...{ by: API_CALLER, what: 'has a name that adds a field to the access log', outcome: 'shown' },
    trail: [apiRecord('victim'), apiRecord('attack')],
    log: { a: one(...asVictim({ caller: 'unverified' })) },
    access: { stage: [victimsAccess, accessLine('attack', { principalId: `m","userArn":"${VICTIM}` })] },
  },
  {
    ...{ by: API_CALLER, what: 'has a name that swallows a field, and writes it anew', outcome: 'shown' },
    trail: [apiRecord('victim'), apiRecord('attack')],
    log: { a: one(...asVictim({ caller: 'unverified' })) },
    access: {
      stage: [victimsAccess, accessLine('attack', { principalId: 'm\\', subject: `,"userArn":"${VICTIM}","x":"` })],
    },
  },
  {
    ...{ by: ACCESS_WRITER, what: 'says that the victim made the attacker’s call by Invoke', outcome: 'shown' },
    trail: restTrail,
    log: { a: one(...asVictim()) },
    access: { stage: [victimsAccess, accessLine('attack', { userArn: VICTIM })] },
  },
  {
    ...{ by: ACCESS_WRITER, what: 'adds a second line for the attacker’s call', outcome: 'shown' },
    trail: [apiRecord('victim'), apiRecord('attack')],
    log: { a: one(...asVictim({ caller: MALLORY })) },
    access: {
      stage: [victimsAccess, accessLine('attack', { userArn: MALLORY }), accessLine('attack', { userArn: VICTIM })],
    },
  },
  {
    ...{ by: ACCESS_WRITER, what: 'adds a line of another time', outcome: 'shown' },
    trail: [apiRecord('victim'), apiRecord('attack')],
    log: { a: one(...asVictim()) },
    access: {
      stage: [victimsAccess, accessLine('attack', { userArn: VICTIM, requestTimeEpoch: String(AT - 3_600_000) })],
    },
  },
  {
    ...{ by: ACCESS_WRITER, what: 'adds the one line of a call whose own was never written', outcome: 'named' },
    trail: [apiRecord('victim'), apiRecord('attack')],
    log: { a: one(...asVictim()) },
    access: { stage: [victimsAccess, accessLine('attack', { userArn: VICTIM })] },
    sentence: /write the access log's group/,
  },
];

/** What is wrong with what the audit shows of it; undefined when nothing is. */
export function breachOf({ what, outcome }: Attack, { calls }: Audited): string | undefined {
  const of = (id: string) => calls.filter((call) => call.requestId === id);
  const genuine = of('victim').find(({ evidence }) => evidence === 'trail and log');
  const believed = calls.filter(({ evidence, tool }) => evidence !== 'conflict' && tool === 'rotate_keys');
  if (believed.length > 0) return 'the forged tool is believed';
  const refused = of('refused').find(({ evidence }) => evidence === 'refused by AWS');
  if (/refusal/.test(what) && refused?.outcome !== 'refused') return 'the refusal is gone';
  const attacks = of('attack').filter(({ evidence }) => evidence !== 'conflict');
  if (outcome !== 'named' && attacks.some(({ caller }) => caller === VICTIM || caller === FOREIGN_VICTIM)) {
    return 'the attacker’s call is the victim’s';
  }
  if (attacks.some(({ endUser }) => endUser !== undefined)) return 'the end user is believed';
  if (genuine && genuine.caller !== VICTIM) return 'the victim’s call is somebody else’s';
  if (calls.some(({ evidence, caller }) => evidence === 'log only' && caller !== 'unproven')) {
    return 'a caller without a record is named as if proven';
  }
  if (outcome === 'named') return undefined;
  const spared = !/^(?:deletes|adds a whole)/.test(what);
  if (spared && (genuine?.tool !== 'greet' || genuine.outcome !== 'ok')) return 'the victim’s call is not as it was';
  const odd = calls.filter(({ evidence }) => /^(?:conflict|log only|trail only)/.test(evidence));
  if (outcome === 'prevented' && odd.length > 0) return `it left ${odd.length} calls odd`;
  return undefined;
}

/** Whether the attempt stands in the audit. */
export function isShown({ calls, stderr }: Audited): boolean {
  return (
    calls.some(({ evidence, note }) => /^(?:conflict|log only|trail only)/.test(evidence) || note !== undefined) ||
    /not believed|neither is believed/.test(stderr)
  );
}
