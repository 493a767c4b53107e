/** How much the kernel takes of the arguments and the environment of a program, see execve(2). */

/** Of one text, with the byte that ends it. */
export const longestText = 131_072;
const most = 6 * 1024 * 1024;

/** `limits` is the text of /proc/self/limits. */
export function isTooLarge(argv: readonly string[], env: Readonly<Record<string, string>>, limits: string): boolean {
  const sizes = [...argv, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)].map(
    (text) => Buffer.byteLength(text) + 1,
  );
  const stack = Number(/^Max stack size\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  // Each text has a pointer; the name of the program stands there once more.
  const total = sizes.reduce((sum, size) => sum + size + 8, sizes[0] ?? 0);
  return sizes.some((size) => size > longestText) || total > Math.min(stack / 4, most);
}
