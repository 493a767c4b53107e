/** Bounds that keep a parser's memory and stack finite. Named in the messages. */
export const maxManifestBytes: number = 8 * 1024 * 1024;
export const maxNesting = 200;
/** Nodes that all aliases of a YAML text may expand to. */
export const maxAliasNodes = 100_000;
