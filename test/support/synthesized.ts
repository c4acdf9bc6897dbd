import type { AddPermissionInput, PolicyDocument } from 'lambda-mcp/local';
import { ACCOUNT } from './lambda.ts';

// biome-ignore lint/suspicious/noExplicitAny: a template may hold anything
type Json = any;

/** A CloudFormation template, as CDK writes it. */
export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Json }>>;
}

const REGION = 'us-east-1';

/** What the constructs wrote, as IAM would be given it once it is deployed. */
export interface Deployed {
  /** The statements of a function's resource policy. */
  permissionsOf(functionName: string): AddPermissionInput[];
  /** The identity policies of a role, by the beginning of its logical id. */
  policiesOf(role: string): PolicyDocument[];
}

/**
 * Does CloudFormation's part: puts names and ARNs where the template refers to them.
 *
 * @param nameOf the name that a function gets, by its logical id
 */
export function deploy({ Resources }: Template, nameOf: (id: string) => string): Deployed {
  const resources = Object.entries(Resources);
  const ofType = (type: string) => resources.filter(([, { Type }]) => Type === type);
  const functionArn = (name: string) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
  const pseudo: Record<string, string> = {
    'AWS::Partition': 'aws',
    'AWS::AccountId': ACCOUNT,
    'AWS::Region': REGION,
  };

  function arnOf(id: string): string {
    const type = Resources[id]?.Type;
    if (type === 'AWS::Lambda::Function') return functionArn(nameOf(id));
    if (type === 'AWS::Lambda::Alias') return `${functionArn(nameOf(id))}:live`;
    if (type === 'AWS::Logs::LogGroup') return `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${id}:*`;
    throw new Error(`No ARN is known for ${id}, a ${type}.`);
  }
  function resolve(value: Json): Json {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    if (value.Ref) return pseudo[value.Ref] ?? value.Ref;
    if (value['Fn::GetAtt']) return arnOf(value['Fn::GetAtt'][0]);
    if (value['Fn::Join']) return resolve(value['Fn::Join'][1]).join(value['Fn::Join'][0]);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
  }

  return {
    permissionsOf: (functionName) =>
      ofType('AWS::Lambda::Permission').flatMap(([StatementId, { Properties }]) => {
        const { FunctionName, ...permission } = resolve(Properties);
        const [name, Qualifier] = FunctionName.split(':').slice(6);
        return name === functionName ? [{ StatementId, ...permission, ...(Qualifier && { Qualifier }) }] : [];
      }),
    policiesOf: (role) => [
      ...ofType('AWS::IAM::Policy')
        .filter(([, { Properties }]) => Properties.Roles?.some((one: Json) => one.Ref?.startsWith(role)))
        .map(([, { Properties }]) => resolve(Properties.PolicyDocument)),
      ...ofType('AWS::IAM::Role')
        .filter(([id]) => id.startsWith(role))
        .flatMap(([, { Properties }]) => resolve(Properties.Policies ?? []))
        .map(({ PolicyDocument }: Json) => PolicyDocument),
    ],
  };
}
