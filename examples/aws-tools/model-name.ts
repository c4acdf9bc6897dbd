/** The geography that a cross-region inference profile is named for; no provider's name has but two letters. */
const GEOGRAPHY = /^(?:[a-z]{2}|us-gov|apac|amer|global)\./;
/** The length of context that a throughput was bought for: `…-v1:0:200k`. */
const CONTEXT_LENGTH = /^(.+:\d+):\w+$/;

/**
 * The model behind a `modelId` of the log, which is whatever the caller gave: the model's id or ARN, or those of a
 * cross-region inference profile. What hides its model, such as an application inference profile, keeps its own name:
 * `application-inference-profile/a1b2c3`.
 *
 * Source: Amazon Bedrock User Guide, "Supported foundation models" and "Supported Regions and models for inference
 * profiles".
 */
export function modelName(modelId: string): string {
  const [, , , , , ...resource] = modelId.split(':');
  const path = modelId.startsWith('arn:') ? resource.join(':') : modelId;
  const [, id = path] = /^(?:foundation-model|inference-profile)\/(.+)$/.exec(path) ?? [];
  return id.includes('/') ? id : id.replace(GEOGRAPHY, '').replace(CONTEXT_LENGTH, '$1');
}
