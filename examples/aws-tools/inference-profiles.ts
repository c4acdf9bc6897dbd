import { BedrockClient, GetInferenceProfileCommand } from '@aws-sdk/client-bedrock';
import { modelName } from './model-name.ts';

/** Profiles are looked up one request each: a report waits for no more than these. */
const MAX_LOOKUPS = 100;
const AT_ONCE = 5;

export interface ModelNames {
  /** The model by what it was called by. */
  readonly nameOf: (modelId: string) => string;
  /** Application inference profiles whose model could not be read, by AWS's reason. */
  readonly unread: ReadonlyMap<string, number>;
}

const clients = new Map<string, BedrockClient>();
/** Models by the profile's ARN, which is never given to another model. */
const known = new Map<string, string>();

/**
 * Names of models, each of which may have been called by its id, by a cross-region inference profile or by application
 * inference profiles. The ARN of the last hides the model, and Amazon Bedrock tells it.
 *
 * Source: Amazon Bedrock API Reference, GetInferenceProfile.
 */
export async function readModelNames(modelIds: Iterable<string>, abortSignal: AbortSignal): Promise<ModelNames> {
  const unread = new Map<string, number>();
  const failed = (reason: string, count = 1) => unread.set(reason, (unread.get(reason) ?? 0) + count);
  const unknown = [...new Set(modelIds)].filter((id) => isApplicationProfile(id) && !known.has(id));
  const asked = unknown.slice(0, MAX_LOOKUPS);
  if (unknown.length > asked.length) failed('too many to look up at once', unknown.length - asked.length);
  for (let next = 0; next < asked.length; next += AT_ONCE) {
    await Promise.all(
      asked.slice(next, next + AT_ONCE).map(async (arn) => {
        try {
          known.set(arn, await readModel(arn, abortSignal));
        } catch (error) {
          if (abortSignal.aborted) throw error;
          console.error(error);
          failed((error as Error).name);
        }
      }),
    );
  }
  return { nameOf: (modelId) => known.get(modelId) ?? modelName(modelId), unread };
}

function isApplicationProfile(modelId: string): boolean {
  return /^arn:[^:]+:bedrock:[^:]+:\d{12}:application-inference-profile\/./.test(modelId);
}

async function readModel(arn: string, abortSignal: AbortSignal): Promise<string> {
  const [, , , region = ''] = arn.split(':');
  const client = clients.get(region) ?? new BedrockClient({ region });
  clients.set(region, client);
  const { models = [] } = await client.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier: arn }), {
    abortSignal,
  });
  // The same model, in each region that the profile leads to.
  return modelName(models[0]?.modelArn ?? arn);
}
