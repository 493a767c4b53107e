/** The key that a name of a provider becomes, where nobody chooses another one. */

export const maxKey = 120;

/** Empty where nothing of the name can stand in a key. O(length). */
export function normaliseKey(name: string): string {
  const whole = name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9_.-]+/g, '-');
  const key = withoutEdges(withoutEdges(whole).slice(0, maxKey));
  return key === '.' || key === '..' ? '' : key;
}

/** A regular expression for the end would look at every `-` again and again. */
function withoutEdges(text: string): string {
  let [start, end] = [0, text.length];
  while (text[start] === '-') start++;
  while (end > start && text[end - 1] === '-') end--;
  return text.slice(start, end);
}
