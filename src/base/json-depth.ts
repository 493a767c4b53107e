/** Deeper than anything that headgate writes; what is deeper is not read at all, since much of what reads JSON recurses. */
export const mostNesting = 200;

/** Whether no array or object of a JSON text lies deeper than `most`. O(characters), without recursion. */
export function isShallow(text: string, most: number = mostNesting): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at + 1);
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > most) return false;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return true;
}

function endOfString(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
  return at;
}
