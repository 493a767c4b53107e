/** A secret of the engine is an object; of headgate it is a text. */
import type { Fields } from './form.ts';

const onlyKey = 'value';

/** As headgate writes it. */
export const asData = (text: string): { readonly value: string } => ({ [onlyKey]: text });

/** The text of `value` where there is nothing else; or the whole object as JSON. Undefined where a number would become another one. */
export function textOf(data: Fields): string | undefined {
  const only = data[onlyKey];
  if (typeof only === 'string' && Object.keys(data).length === 1) return only;
  return isExact(data) ? JSON.stringify(data) : undefined;
}

function isExact(data: unknown): boolean {
  const left: unknown[] = [data];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one === 'number' && (!Number.isFinite(one) || (Number.isInteger(one) && !Number.isSafeInteger(one))))
      return false;
    if (typeof one === 'object' && one !== null) for (const inner of Object.values(one)) left.push(inner);
  }
  return true;
}
