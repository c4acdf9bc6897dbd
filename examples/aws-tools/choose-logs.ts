import { ToolError } from './aws-error.ts';
import type { BedrockLogs } from './settings.ts';

/** What one report reads. */
export interface ChosenLogs {
  readonly logGroup: string;
  readonly regions: readonly string[];
}

/**
 * What a caller asks for, within what the function's role may query. The policy is written from the same settings, so
 * nothing is asked of AWS that it would refuse.
 *
 * @throws {ToolError} for anything else: it says what may be asked for
 */
export function chooseLogs(allowed: BedrockLogs, logGroup?: string, region?: string): ChosenLogs {
  const [first = ''] = allowed.logGroups;
  const refused = [
    ...(logGroup === undefined || allowed.logGroups.includes(logGroup) ? [] : [`log group ${logGroup}`]),
    ...(region === undefined || allowed.regions.includes(region) ? [] : [`region ${region}`]),
  ];
  if (refused.length > 0) {
    throw new ToolError(
      `This server's role may not query ${refused.join(' in ')}. It may query ${allowed.logGroups.join(', ')} in ` +
        `${allowed.regions.join(', ')}: ask for these, or deploy the server with more (-c bedrockLogGroup=… ` +
        '-c bedrockLogRegions=…, each comma-separated).',
    );
  }
  return { logGroup: logGroup ?? first, regions: region === undefined ? allowed.regions : [region] };
}
