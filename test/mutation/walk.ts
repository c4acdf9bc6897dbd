import { type Node, parseSync, visitorKeys } from 'oxc-parser';

/** Parses TypeScript. @throws Error with the parser's words. */
export function parse(file: string, text: string): Node {
  const { program, errors } = parseSync(file, text);
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
  return program;
}

/** Calls `visit` for a node and all below it that exist when the program runs: none of the types, no names of imports. */
export function walk(node: Node, visit: (node: Node, parents: readonly Node[]) => void, parents: Node[] = []): void {
  visit(node, parents);
  const inner = [...parents, node];
  for (const key of visitorKeys[node.type] ?? []) {
    if (!isRun(node, key)) continue;
    for (const child of [(node as unknown as Record<string, unknown>)[key]].flat()) {
      if (isNode(child)) walk(child, visit, inner);
    }
  }
}

const TYPED_VALUES = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression']);
const NOT_RUN = /^(TS|Import(?!Expression)|ExportAll)/;

function isRun(node: Node, key: string): boolean {
  if (key === 'typeAnnotation' || key === 'typeArguments' || key === 'typeParameters' || key === 'returnType')
    return false;
  if (key === 'source') return false;
  return TYPED_VALUES.has(node.type) || !NOT_RUN.test(node.type);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
