/** Names of children, slots, provides …: anything without a dot, since the dot separates names in references. */
export const isName = (text: string): boolean => !text.includes('.');

/** Config keys map to environment variables (`a.b_c` ↔ `A__B_C`), hence lower case and no `__`. */
export const isConfigKey = (text: string): boolean => /^[a-z][a-z0-9_]*$/.test(text) && !text.includes('__');
