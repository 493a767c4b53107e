/** See link-scripts.mjs. */
export declare function linkScripts(
  modules: ReadonlyMap<string, string>,
  scripts: Readonly<Record<string, readonly string[]>>,
): Promise<{ readonly texts: ReadonlyMap<string, string>; readonly scriptOf: Readonly<Record<string, string>> }>;
