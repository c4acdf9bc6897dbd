import type { Node } from 'oxc-parser';
import type { Edit } from './text.ts';

/**
 * What may be put in a node's place: each is one mutant. Left alone are texts in prose (what an error says), names of
 * properties and types, `?.` (most are there for the compiler), and whatever another mutant of the same place implies.
 */
export function mutate(node: Node, parents: readonly Node[], source: string): readonly Edit[] {
  const text = (part: Node) => source.slice(part.start, part.end);
  const instead = (...replacements: string[]): Edit[] =>
    replacements.map((replacement) => ({ start: node.start, end: node.end, text: replacement }));
  /** The same between two nodes: an operator has no node of its own. */
  const between = (left: Node, right: { start: number }, from: string, to: string): Edit[] => {
    const start = source.indexOf(from, left.end);
    return start < 0 || start >= right.start ? [] : [{ start, end: start + from.length, text: to }];
  };
  const parent = parents.at(-1);
  if ([...parents, node].some((part) => isOnceAborted(part, source))) return [];

  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return ['true', 'false'].map((value) => ({ start: node.test.start, end: node.test.end, text: value }));
    case 'WhileStatement':
      return [{ start: node.test.start, end: node.test.end, text: 'false' }];
    case 'LogicalExpression': {
      const [left, right] = [`(${text(node.left)})`, `(${text(node.right)})`];
      if (node.operator === '??') return instead(left);
      return instead(`(${left} ${node.operator === '&&' ? '||' : '&&'} ${right})`);
    }
    case 'BinaryExpression': {
      if (node.operator === '+' && [node.left, node.right].some(isText)) return [];
      // The opposite of a whole condition is implied by its being always true, and always false.
      if (EQUALITIES.has(node.operator) && isWholeTest(node, parent)) return [];
      const swapped = OPERATORS.get(node.operator);
      return swapped ? between(node.left, node.right, node.operator, swapped) : [];
    }
    case 'UnaryExpression':
      if (node.operator === '!') return isWholeTest(node, parent) ? [] : instead(`(${text(node.argument)})`);
      return node.operator === '-' ? instead(text(node.argument)) : [];
    case 'UpdateExpression':
      return instead(text(node).replace(node.operator, node.operator === '++' ? '--' : '++'));
    case 'AssignmentExpression': {
      const swapped = ASSIGNMENTS.get(node.operator);
      return swapped ? between(node.left, node.right, node.operator, swapped) : [];
    }
    case 'Literal':
      // Without its minus it is another number already.
      if (parent?.type === 'UnaryExpression' && parent.operator === '-') return [];
      return isName(node, parent) ? [] : instead(...literal(node));
    case 'TemplateLiteral': {
      if (parent?.type === 'TaggedTemplateExpression') return [];
      return isProse(node.quasis.map(({ value }) => value.raw).join('x')) ? [] : instead('``');
    }
    case 'ArrayExpression':
      return node.elements.length > 0 ? instead('[]') : [];
    case 'ObjectExpression':
      return node.properties.length > 0 ? instead('{}') : [];
    case 'ExpressionStatement':
      return instead(';');
    case 'ThrowStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return instead(';');
    case 'ReturnStatement':
      return node.argument && !isFalsy(text(node.argument)) ? instead('return;') : [];
    case 'ArrowFunctionExpression':
      if (node.body.type === 'BlockStatement' || isFalsy(text(node.body))) return [];
      return [{ start: node.body.start, end: node.body.end, text: 'undefined' }];
    case 'CallExpression': {
      const { callee } = node;
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return [];
      const { name, start, end } = callee.property;
      const swapped = METHODS.get(name);
      if (swapped) return [{ start, end, text: swapped }];
      return DROPPED.has(name) && node.arguments.length === 0 ? instead(text(callee.object)) : [];
    }
    default:
      return [];
  }
}

const OPERATORS = new Map([
  ['<', '<='],
  ['<=', '<'],
  ['>', '>='],
  ['>=', '>'],
  ['===', '!=='],
  ['!==', '==='],
  ['+', '-'],
  ['-', '+'],
  ['*', '/'],
  ['/', '*'],
  ['%', '*'],
]);
const EQUALITIES = new Set(['===', '!==']);
const ASSIGNMENTS = new Map([
  ['+=', '-='],
  ['-=', '+='],
  ['??=', '='],
  ['||=', '='],
]);
const METHODS = new Map([
  ['min', 'max'],
  ['max', 'min'],
  ['some', 'every'],
  ['every', 'some'],
  ['startsWith', 'endsWith'],
  ['endsWith', 'startsWith'],
]);
const DROPPED = new Set(['trim', 'toLowerCase', 'toUpperCase', 'sort', 'toSorted', 'reverse']);

function literal(node: Node & { type: 'Literal' }): readonly string[] {
  const { value, raw } = node;
  if (typeof value === 'boolean') return [String(!value)];
  // Twice a limit must be noticed; one more of it need not be.
  if (typeof value === 'number') return [String(value < 1000 ? value + 1 : value * 2)];
  if (typeof value === 'string') return isProse(value) ? [] : [value === '' ? "'mutated'" : "''"];
  if ('regex' in node && raw) {
    const unanchored = [raw.replace(/^\/\^/, '/'), raw.replace(/\$(\/[a-z]*)$/, '$1')];
    return unanchored.filter((changed) => changed !== raw && !changed.startsWith('//'));
  }
  return [];
}

/** Words with spaces between them: what people read. */
function isProse(text: string): boolean {
  return /\S\s+\S/.test(text);
}

/** `{ once: true }` of a listener to a signal's abort, which fires once whatever one says. */
function isOnceAborted(node: Node, source: string): boolean {
  return node.type === 'ObjectExpression' && /^\{ once: true \}$/.test(source.slice(node.start, node.end));
}

/** Where a caller asks only whether, nothing is as good. */
function isFalsy(text: string): boolean {
  return text === 'undefined' || text === 'null' || text === 'false';
}

function isText(node: Node): boolean {
  return node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string');
}

function isWholeTest(node: Node, parent: Node | undefined): boolean {
  return (parent?.type === 'IfStatement' || parent?.type === 'ConditionalExpression') && parent.test === node;
}

/** The quoted name of a property is no value. */
function isName(node: Node, parent: Node | undefined): boolean {
  return parent?.type === 'Property' && parent.key === node;
}
