import { matchesWildcard } from '../../wire/wildcard.ts';
import type { ToolCatalogue } from './tool-catalogue.ts';

/** Which tools a host may see and call. Patterns have `*` for any run of characters and `?` for one. */
export interface ToolRules {
  /** Only those annotated `readOnlyHint`. */
  readonly readOnly: boolean;
  /** Only those whose name fits one of these; with none of them, all. */
  readonly only: readonly string[];
  /** None of those whose name fits one of these, whatever `only` says. */
  readonly never: readonly string[];
}

/** Whether a name alone keeps a tool from being called, and by which flag. */
export function refuseByName(name: unknown, { only, never }: ToolRules): string | undefined {
  const fits = (pattern: string) => matchesWildcard(pattern, String(name));
  const barred = never.find(fits);
  if (barred !== undefined) return `${name} is left out by --no-tool ${barred}.`;
  if (only.length > 0 && !only.some(fits)) return `${name} is none of --tool ${only.join(' --tool ')}.`;
  return undefined;
}

/** The result of `tools/list` with the tools that the rules allow. */
export function onlyAllowed(
  result: Readonly<Record<string, unknown>>,
  rules: ToolRules,
  catalogue: ToolCatalogue,
): Record<string, unknown> {
  const tools = (Array.isArray(result.tools) ? result.tools : []).filter(
    (tool) =>
      typeof tool?.name === 'string' &&
      refuseByName(tool.name, rules) === undefined &&
      (!rules.readOnly || catalogue.isReadOnly(tool.name)),
  );
  return { ...result, tools };
}

export function hasRules({ readOnly, only, never }: ToolRules): boolean {
  return readOnly || only.length > 0 || never.length > 0;
}
