/** What expressions of JavaScript are known to be before they run: texts and lists of texts, with holes for what is not known. */
import { type Node, walk } from './javascript-tree.ts';
import { hole } from './words.ts';

export interface Values {
  /** Of an expression; a name counts as its own text where `plain` says so, as behind a dot. */
  readonly text: (node: Node, plain?: boolean) => string | undefined;
  /** Undefined for what is not known to be a list. */
  readonly list: (node: Node) => readonly string[] | undefined;
  /** What a program is started with by a call: texts and lists one after the other. */
  readonly wordsOf: (given: readonly Node[]) => readonly string[];
  /** Whether it is called git, or hands what it is given to git. */
  readonly isGit: (node: Node) => boolean;
}

/** How far a name is followed. */
const farthest = 12;

/** Of a word that is a text with more than one word in it, the command line that it is. */
export const isShellText = (text: string): boolean => /\s|\$|`/.test(text.trim()) || /git-/.test(text);

/** `git`, `simpleGit`, `run_git`, `GIT`; not `digit`. */
const gitName = /(?:^git|[a-z]Git|[_$]git|(?:^|_)GIT)(?:[Cc]md|[Cc]ommand)?$/;

export function known(program: Node): Values {
  const declared = new Map<string, Node[]>();
  /** What is added to a list, by its name. */
  const added = new Map<string, Node[]>();
  const wrappers = new Set<string>();
  walk(program, (node) => collect(node, declared, added));
  walk(program, (node) => {
    const name = wrapperName(node);
    if (name !== undefined) wrappers.add(name);
  });
  const initOf = (node: Node): Node | undefined => {
    const all = declared.get(node['name'] as string) ?? [];
    return all.filter(({ start }) => start <= node.start).at(-1) ?? all[0];
  };

  const text = (node: Node, plain = false, left = farthest): string | undefined => {
    if (left === 0) return undefined;
    switch (node.type) {
      case 'StringLiteral':
        return node['value'] as string;
      case 'TemplateLiteral': {
        const quasis = node['quasis'] as readonly { readonly value: { readonly cooked?: string } }[];
        const inside = node['expressions'] as readonly Node[];
        return quasis
          .map(
            ({ value }, index) =>
              `${value.cooked ?? ''}${inside[index] ? (text(inside[index], false, left - 1) ?? hole) : ''}`,
          )
          .join('');
      }
      case 'BinaryExpression':
        return node['operator'] === '+' ? sum(node, left) : undefined;
      case 'Identifier': {
        if (plain) return node['name'] as string;
        const init = initOf(node);
        return init && text(init, false, left - 1);
      }
      case 'CallExpression':
        return joined(node, left);
      default: {
        const inner = unwrapped(node);
        return inner && text(inner, plain, left - 1);
      }
    }
  };
  /** Long sums are deep to the left, so they are taken apart in a loop. */
  const sum = (node: Node, left: number): string => {
    const parts: string[] = [];
    let rest: Node = node;
    while (rest.type === 'BinaryExpression' && rest['operator'] === '+') {
      parts.push(text(rest['right'] as Node, false, left - 1) ?? hole);
      rest = rest['left'] as Node;
    }
    parts.push(text(rest, false, left - 1) ?? hole);
    return parts.reverse().join('');
  };
  /** `['git', 'push'].join(' ')`. */
  const joined = (node: Node, left: number): string | undefined => {
    const callee = node['callee'] as Node;
    if (callee.type !== 'MemberExpression' || (callee['property'] as Node)['name'] !== 'join') return undefined;
    const words = list(callee['object'] as Node, left - 1);
    const [by] = node['arguments'] as readonly Node[];
    return words?.join(by ? (text(by, false, left - 1) ?? ' ') : ',');
  };
  const list = (node: Node, left = farthest): readonly string[] | undefined => {
    if (left === 0) return undefined;
    if (node.type === 'ArrayExpression')
      return (node['elements'] as readonly (Node | null)[]).flatMap((one) => {
        if (!one) return [];
        if (one.type === 'SpreadElement') return list(one['argument'] as Node, left - 1) ?? [hole];
        return [text(one, false, left - 1) ?? hole];
      });
    if (node.type === 'Identifier') {
      const init = initOf(node);
      const first = init && list(init, left - 1);
      return first && [...first, ...(added.get(node['name'] as string) ?? []).flatMap((one) => item(one, left - 1))];
    }
    if (node.type === 'CallExpression') return concatenated(node, left);
    const inner = unwrapped(node);
    return inner && list(inner, left - 1);
  };
  const concatenated = (node: Node, left: number): readonly string[] | undefined => {
    const callee = node['callee'] as Node;
    if (callee.type !== 'MemberExpression' || (callee['property'] as Node)['name'] !== 'concat') return undefined;
    const first = list(callee['object'] as Node, left - 1);
    return first && [...first, ...(node['arguments'] as readonly Node[]).flatMap((one) => item(one, left - 1))];
  };
  const item = (node: Node, left: number): readonly string[] =>
    node.type === 'SpreadElement'
      ? (list(node['argument'] as Node, left) ?? [hole])
      : (list(node, left) ?? [text(node, false, left) ?? hole]);

  const isGit = (node: Node): boolean => {
    const name = nameOf(node);
    if (name === undefined) return node.type === 'CallExpression' && isGit(node['callee'] as Node);
    return wrappers.has(name) || gitName.test(name);
  };
  return {
    text,
    list,
    wordsOf: (given) => given.flatMap((one) => item(one, farthest)),
    isGit,
  };
}

const nameOf = (node: Node): string | undefined => {
  if (node.type === 'Identifier') return node['name'] as string;
  if (node.type !== 'MemberExpression' || node['computed'] === true) return undefined;
  return (node['property'] as Node)['name'] as string | undefined;
};

/** `x as T`, `x!`, `await x`, `(x)`. */
function unwrapped(node: Node): Node | undefined {
  const isAround = /^(TS(As|Satisfies|NonNull)Expression|TSTypeAssertion|AwaitExpression|ParenthesizedExpression)$/;
  if (!isAround.test(node.type)) return undefined;
  return (node['expression'] ?? node['argument']) as Node | undefined;
}

function collect(node: Node, declared: Map<string, Node[]>, added: Map<string, Node[]>): void {
  const keep = (map: Map<string, Node[]>, name: string, all: readonly Node[]): void => {
    map.set(name, [...(map.get(name) ?? []), ...all]);
  };
  if (node.type === 'VariableDeclarator') {
    const id = node['id'] as Node;
    const init = node['init'] as Node | null;
    if (id.type === 'Identifier' && init) keep(declared, id['name'] as string, [init]);
  } else if (node.type === 'AssignmentExpression') {
    const to = node['left'] as Node;
    if (to.type === 'Identifier' && node['operator'] === '=')
      keep(declared, to['name'] as string, [node['right'] as Node]);
  } else if (node.type === 'CallExpression') {
    const callee = node['callee'] as Node;
    if (callee.type !== 'MemberExpression') return;
    const object = callee['object'] as Node;
    if (object.type === 'Identifier' && (callee['property'] as Node)['name'] === 'push')
      keep(added, object['name'] as string, node['arguments'] as readonly Node[]);
  }
}

/** The name of a function that starts git with what it is given. */
function wrapperName(node: Node): string | undefined {
  const [id, made] =
    node.type === 'FunctionDeclaration'
      ? [node['id'] as Node | null, node]
      : node.type === 'VariableDeclarator'
        ? [node['id'] as Node, node['init'] as Node | null]
        : [undefined, undefined];
  if (id?.type !== 'Identifier' || !made || !/Function/.test(made.type)) return undefined;
  const given = new Set((made['params'] as readonly Node[]).flatMap(namesIn));
  let found = false;
  walk(made['body'] as Node, (one) => {
    if (one.type !== 'CallExpression' || found) return;
    const [first, ...rest] = one['arguments'] as readonly Node[];
    if (first?.type !== 'StringLiteral' || !/(^|\/)git$/.test(first['value'] as string)) return;
    found = rest.some((arg) => namesIn(arg).some((name) => given.has(name)));
  });
  return found ? (id['name'] as string) : undefined;
}

function namesIn(node: Node): readonly string[] {
  const found: string[] = [];
  walk(node, (one) => {
    if (one.type === 'Identifier') found.push(one['name'] as string);
  });
  return found;
}
