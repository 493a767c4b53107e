/** JavaScript and TypeScript → what in it writes to a remote repository. Looks at the syntax tree, and follows what one file tells. */

import { type Node, type Tree, walk } from './javascript-tree.ts';
import { isShellText, known, type Values } from './javascript-values.ts';
import type { Offence, Reading } from './offence.ts';
import { readShell } from './shell.ts';
import { afterGit, remoteWrite } from './words.ts';

/** O(nodes × what is followed from each, which is bounded). */
export function readJavaScript({ program, comments }: Tree): Reading {
  const values = known(program);
  const offences: Offence[] = [];
  const tell = (node: Node, what: string | undefined): void => {
    if (what !== undefined) offences.push({ start: node.start, what });
  };
  walk(program, (node, parent) => {
    switch (node.type) {
      case 'StringLiteral':
      case 'TemplateLiteral':
        tell(node, inText(values.text(node)));
        return;
      case 'BinaryExpression':
        // The longest sum says the most.
        if (parent?.type !== 'BinaryExpression') tell(node, inText(values.text(node)));
        return;
      case 'ArrayExpression':
        tell(node, remoteWrite(values.list(node) ?? []));
        return;
      case 'CallExpression':
      case 'OptionalCallExpression':
      case 'NewExpression':
        tell(node, inCall(node, values));
        return;
    }
  });
  return { offences: firstOfEach(offences), comments };
}

function inText(text: string | undefined): string | undefined {
  if (text === undefined || !isShellText(text)) return undefined;
  for (const { words } of readShell(text).commands) {
    const found = remoteWrite(words);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `spawn('git', args)`, `run('git', 'push')`, `git(['push'])`, `git.push()`. */
function inCall(node: Node, values: Values): string | undefined {
  const callee = node['callee'] as Node;
  const words = values.wordsOf(node['arguments'] as readonly Node[]);
  const found = remoteWrite(words);
  if (found !== undefined) return found;
  if (values.isGit(callee)) return afterGit(words);
  const isMember = callee.type === 'MemberExpression' || callee.type === 'OptionalMemberExpression';
  if (!isMember) return undefined;
  const name = values.text(callee['property'] as Node, callee['computed'] !== true);
  const object = callee['object'] as Node;
  // A list can be called `git` as well, and has a `push` of its own.
  return name === 'push' && values.isGit(object) && values.list(object) === undefined ? 'push' : undefined;
}

/** A call and the list in it say the same. */
function firstOfEach(offences: readonly Offence[]): readonly Offence[] {
  const seen = new Set<string>();
  return offences.filter(({ start, what }) => {
    const isNew = !seen.has(`${start} ${what}`);
    seen.add(`${start} ${what}`);
    return isNew;
  });
}
