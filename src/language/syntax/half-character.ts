import type { Range } from '../../base/span.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import type { SyntaxProblem } from './problem.ts';

/** With `u`, a surrogate matches only where it stands alone. */
const half = /\p{Surrogate}/u;

/**
 * An escape such as `\ud800` can write half of a character. UTF-8 has no bytes for it, so it would become something else in every
 * digest, request and output. O(nodes), and nothing for a text without escapes.
 */
export function halfCharacter(text: string, root: SyntaxNode): SyntaxProblem | undefined {
  if (!/\\u/i.test(text)) return undefined;
  const open: SyntaxNode[] = [root];
  let first: Range | undefined;
  const see = (value: string, range: Range): void => {
    if ((!first || range.start < first.start) && half.test(value)) first = range;
  };
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.kind === 'string') see(node.value, node.range);
    if (node.kind === 'array') for (const item of node.items) open.push(item);
    if (node.kind !== 'object') continue;
    for (const { key, keyRange, value } of node.entries) {
      see(key, keyRange);
      open.push(value);
    }
  }
  return first && problemAt(first);
}

const problemAt = (range: Range): SyntaxProblem => ({
  kind: 'syntax',
  message: 'an escape in this text is half of a character, which UTF-8 cannot hold',
  range,
  help: 'write both halves (`\\ud83d\\ude00`), or the character itself',
});
