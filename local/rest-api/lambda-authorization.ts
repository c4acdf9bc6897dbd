import { randomUUID } from 'node:crypto';
import { isRecord, isString, parseJson } from '../../wire/json.ts';
import type { RestApiEvent } from '../../wire/rest-api-event.ts';
import { matchesWildcard } from '../../wire/wildcard.ts';
import type { Environments } from '../execution/environments.ts';
import type { IncomingRequest } from '../http-io.ts';
import { toList } from '../iam/one-or-many.ts';
import { parsePolicy, type Statement } from '../iam/policy.ts';
import { newTraceHeader } from '../trace-header.ts';
import { methodArn, type RestApi } from './api.ts';
import type { Authorize } from './authorize.ts';
import { accessDenied, GATEWAY_RESPONSES } from './gateway-response.ts';
import type { LambdaAuthorizerOptions } from './rest-api-options.ts';
import { toRestApiEvent } from './rest-api-request.ts';

const DENIED = 'User is not authorized to access this resource';
const CACHE_SIZE = 1000;

/** What an authorizer answered. */
interface Answer {
  readonly statements: readonly Statement[];
  /** As the function gets it. */
  readonly authorizer: Readonly<Record<string, string>>;
}

/**
 * Authorization by a Lambda function, of type TOKEN or REQUEST, whose answers are remembered by what it was asked with.
 * The policy that it answers with is held against each request, remembered ones too.
 *
 * Source: Amazon API Gateway Developer Guide, "Use API Gateway Lambda authorizers", and "Output from an API Gateway Lambda
 * authorizer".
 *
 * @throws for options that API Gateway does not take
 */
export function lambdaAuthorization(
  api: RestApi,
  { type, identityHeaders = ['Authorization'], validation, resultTtl = 300 }: LambdaAuthorizerOptions,
  environments: Environments,
  report: (line: string) => void,
): Authorize {
  checkOptions(type, identityHeaders, resultTtl);
  const answers = new Map<string, { readonly answer: Answer; readonly until: number }>();

  async function ask(incoming: IncomingRequest, identity: readonly string[]): Promise<Answer> {
    const key = JSON.stringify(identity);
    const known = answers.get(key);
    if (known && known.until > Date.now()) return known.answer;
    const answer = readAnswer(await invoke(incoming, identity[0] ?? ''));
    if (answers.size >= CACHE_SIZE) answers.clear();
    if (resultTtl > 0) answers.set(key, { answer, until: Date.now() + resultTtl * 1000 });
    return answer;
  }

  async function invoke(incoming: IncomingRequest, token: string): Promise<unknown> {
    const requestId = randomUUID();
    const traceId = newTraceHeader();
    const { arn } = api.fn;
    const event: RestApiEvent = toRestApiEvent(api, incoming, requestId, traceId, {});
    const asked = { type, methodArn: methodArn(api, incoming.method) };
    const payload = JSON.stringify(type === 'TOKEN' ? { ...asked, authorizationToken: token } : { ...asked, ...event });
    const { body } = await environments.invoke({
      payload,
      requestId,
      invokedFunctionArn: `${arn}-authorizer`,
      traceId,
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return parseJson(Buffer.concat(chunks).toString());
  }

  return async (incoming) => {
    const identity = identityHeaders.map((name) => incoming.header(name.toLowerCase()) ?? '');
    // Without it the authorizer is not asked.
    if (identity.includes('')) return { refusal: GATEWAY_RESPONSES.unauthorized };
    if (validation && !fitsWhole(validation, identity[0] ?? '')) return { refusal: GATEWAY_RESPONSES.unauthorized };
    let answer: Answer;
    try {
      answer = await ask(incoming, identity);
    } catch (error) {
      const { message } = error as Error;
      // The one error that stands for something.
      if (message === 'Unauthorized') return { refusal: GATEWAY_RESPONSES.unauthorized };
      report(`the authorizer failed: ${message}`);
      return { refusal: GATEWAY_RESPONSES.authorizerFailed };
    }
    const said = judge(answer.statements, methodArn(api, incoming.method), report);
    if (said === 'allow') return { admitted: { authorizer: answer.authorizer } };
    report(`refused: the authorizer’s policy ${said === 'deny' ? 'denies' : 'does not allow'} the request`);
    return { refusal: accessDenied(said === 'deny' ? `${DENIED} with an explicit deny` : DENIED) };
  };
}

function checkOptions(type: string, identityHeaders: readonly string[], resultTtl: number): void {
  if (type === 'TOKEN' && identityHeaders.length !== 1) {
    throw new Error('A TOKEN authorizer has one identity header.');
  }
  if (identityHeaders.length === 0 && resultTtl > 0) {
    throw new Error(
      'An authorizer whose answers are remembered needs an identity header: give one, or `resultTtl: 0`.',
    );
  }
  if (!Number.isInteger(resultTtl) || resultTtl < 0 || resultTtl > 3600) {
    throw new Error('`resultTtl` is a whole number from 0 to 3600.');
  }
}

function fitsWhole({ source, flags }: RegExp, text: string): boolean {
  return new RegExp(`^(?:${source})$`, flags.replace('g', '')).test(text);
}

/** @throws when API Gateway takes it for no answer */
function readAnswer(said: unknown): Answer {
  if (!isRecord(said) || !isString(said.principalId)) throw new Error('its answer has no principalId');
  const { Statement } = parsePolicy(said.policyDocument, 'identity');
  const { context = {} } = said;
  if (!isRecord(context)) throw new Error('its context is no object');
  const nested = Object.entries(context).find(([, value]) => !['string', 'number', 'boolean'].includes(typeof value));
  if (nested) throw new Error(`its context has ${JSON.stringify(nested[0])}, which is no string, number or boolean`);
  const flat = Object.entries(context).map(([name, value]) => [name, String(value)]);
  return {
    statements: toList(Statement),
    authorizer: { principalId: said.principalId, ...Object.fromEntries(flat) },
  };
}

/** What is not understood allows nothing, and denies. */
function judge(
  statements: readonly Statement[],
  arn: string,
  report: (line: string) => void,
): 'allow' | 'deny' | undefined {
  const meant = statements.filter(({ Action, Resource, NotAction, NotResource, Condition, Effect }) => {
    if (NotAction !== undefined || NotResource !== undefined || Condition !== undefined) {
      report('the authorizer’s policy has a NotAction, NotResource or Condition, which is not understood here');
      return Effect === 'Deny';
    }
    const fits = (patterns: Statement['Action'], text: string) =>
      toList(patterns).some((pattern) => matchesWildcard(pattern, text));
    return (
      fits(
        toList(Action).map((action) => action.toLowerCase()),
        'execute-api:invoke',
      ) && fits(Resource, arn)
    );
  });
  if (meant.some(({ Effect }) => Effect === 'Deny')) return 'deny';
  return meant.length > 0 ? 'allow' : undefined;
}
