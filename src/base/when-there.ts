/** Goes on at once with what is there already, and later with what is waited for: a promise is made only where there is something to wait for. */
export const whenThere = <T, U>(value: T | Promise<T>, next: (value: T) => U | Promise<U>): U | Promise<U> =>
  value instanceof Promise ? value.then(next) : next(value);
