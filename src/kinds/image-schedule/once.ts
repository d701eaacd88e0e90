/**
 * `work` done once for the same arguments: many ask the same of what is seen in one reconcile. What is seen never
 * changes, so that its identity stands for it, and it is forgotten with it.
 */
export function once<Key extends object, Rest extends readonly unknown[], Value>(
  work: (key: Key, ...rest: Rest) => Value,
): (key: Key, ...rest: Rest) => Value {
  const known = new WeakMap<Key, { readonly rest: Rest; readonly value: Value }>();
  return (key, ...rest) => {
    const found = known.get(key);
    if (found?.rest.every((one, at) => Object.is(one, rest[at]))) return found.value;
    const value = work(key, ...rest);
    known.set(key, { rest, value });
    return value;
  };
}
