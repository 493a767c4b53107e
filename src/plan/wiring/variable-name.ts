/** Names of variables by which whoever runs an emitted project says what it cannot know. */

/** No two names share one: what is no letter or number is written as its code. */
export const variableOf = (prefix: string, name: string): string =>
  prefix +
  [...name]
    .map((one) =>
      /[a-z0-9]/.test(one)
        ? one.toUpperCase()
        : one === '_'
          ? one
          : `_x${(one.codePointAt(0) as number).toString(16)}_`,
    )
    .join('');

export const exportVariable = (name: string): string => variableOf('HEADGATE_EXPORT_', name);
export const slotVariable = (slot: string): string => variableOf('HEADGATE_SLOT_', slot);
