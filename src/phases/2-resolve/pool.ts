/** Runs at most `width` tasks at once, in the order of their arrival. */
export function createPool(width: number): <T>(task: () => Promise<T>) => Promise<T> {
  let free = width;
  let waiting: (() => void)[] = [];
  let head = 0;

  const leave = (): void => {
    const next = waiting[head];
    if (!next) {
      free++;
      return;
    }
    head++;
    if (head > 1_024 && head * 2 > waiting.length) {
      waiting = waiting.slice(head);
      head = 0;
    }
    next();
  };

  return async (task) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      leave();
    }
  };
}
