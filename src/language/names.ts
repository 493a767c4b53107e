/** Config keys map to environment variables (`a.b_c` ↔ `A__B_C`), hence lower case and no `__`. */
export const isConfigKey = (text: string): boolean => /^[a-z][a-z0-9_]*$/.test(text) && !text.includes('__');
