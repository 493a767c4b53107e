/**
 * A pure function of a value that never changes, worked out once for each value and forgotten with it. Nobody can tell it from a function
 * that works it out every time, so it is no state: the one way in which src/ may keep something beside the values that it hands on.
 */
export function memoized<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    const found = known.get(key);
    if (found) return found.value;
    const value = make(key);
    known.set(key, { value });
    return value;
  };
}
