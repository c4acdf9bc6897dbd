import { GetResourcesCommand, type ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';

/** 100 resources each: a big account is counted in part rather than for minutes. */
const MAX_PAGES = 50;

export interface ResourceCount {
  /** `lambda:function`, or `s3` where an ARN names no type. */
  readonly type: string;
  readonly count: number;
}

export interface ResourceCounts {
  readonly byType: readonly ResourceCount[];
  /** False when there were more than could be counted. */
  readonly complete: boolean;
}

/**
 * Resources of the client's region, by type. AWS's one list that needs no set-up knows the resources that have a tag, or
 * once had one.
 *
 * Source: Resource Groups Tagging API Reference, GetResources.
 */
export async function countResources(
  client: ResourceGroupsTaggingAPIClient,
  abortSignal: AbortSignal,
): Promise<ResourceCounts> {
  const counts = new Map<string, number>();
  let PaginationToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await client.send(new GetResourcesCommand({ ResourcesPerPage: 100, PaginationToken }), {
      abortSignal,
    });
    for (const { ResourceARN = '' } of answer.ResourceTagMappingList ?? []) {
      const type = typeOf(ResourceARN);
      counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    PaginationToken = answer.PaginationToken;
    if (!PaginationToken) break;
  }
  return { byType: [...counts].map(([type, count]) => ({ type, count })), complete: !PaginationToken };
}

/** Source: AWS General Reference, "Amazon Resource Names": `type/id`, `type:id` or `id`, and API Gateway's `/type/id`. */
function typeOf(arn: string): string {
  const [, , service = 'unknown', , , ...resource] = arn.split(':');
  const [, type] = /^\/?([^/:]+)[/:]/.exec(resource.join(':')) ?? [];
  return type === undefined ? service : `${service}:${type}`;
}
