/** Answers what is told of each manifest how many bytes it has, and has V8 optimise later when there is much to read. */
export function createPatience(): (bytes: number) => void {
  // Of less, V8 optimises nothing that matters.
  let left = 32_768;
  return (bytes) => {
    if (left <= 0) return;
    left -= bytes;
    if (left <= 0) void import('./optimise-later.ts').then((part) => part.optimiseLater());
  };
}
