import { argumentsInShort, type Prompt, type Resource, type ResourceTemplate, type Tool } from '../mcp/definitions.ts';
import { plainLine } from './display-width.ts';
import { formatTable } from './table.ts';

/** A table of tools, of which those that only read are marked. */
export function formatTools(tools: readonly Tool[]): string {
  return formatTable(
    ['TOOL', 'ARGUMENTS', 'DESCRIPTION'],
    tools.map((tool) => [
      plainLine(tool.name),
      plainLine(argumentsInShort(tool)),
      plainLine(`${tool.description ?? tool.title ?? ''}${hint(tool)}`),
    ]),
  );
}

function hint({ annotations }: Tool): string {
  if (annotations?.readOnlyHint) return ' (read-only)';
  return annotations?.destructiveHint ? ' (destructive)' : '';
}

export function formatResources(resources: readonly (Resource | ResourceTemplate)[]): string {
  return formatTable(
    ['RESOURCE', 'TYPE', 'DESCRIPTION'],
    resources.map((resource) => [
      plainLine('uri' in resource ? resource.uri : resource.uriTemplate),
      plainLine(resource.mimeType ?? ''),
      plainLine(resource.description ?? resource.name ?? ''),
    ]),
  );
}

export function formatPrompts(prompts: readonly Prompt[]): string {
  return formatTable(
    ['PROMPT', 'ARGUMENTS', 'DESCRIPTION'],
    prompts.map(({ name, description = '', arguments: args = [] }) => [
      plainLine(name),
      plainLine(args.map((each) => (each.required ? each.name : `[${each.name}]`)).join(' ')),
      plainLine(description),
    ]),
  );
}
