/** In the order in which a folder is searched; the first one counts. */
export const settingsNames: readonly string[] = ['yaml', 'yml', 'json5', 'json'].map((ending) => `headgate.${ending}`);
