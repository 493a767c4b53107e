/** Bounds that keep a parser's memory and stack finite. Named in the messages. */
export const maxManifestBytes: number = 8 * 1024 * 1024;
/** Keys and values of a JSON5 text: each takes about half a kilobyte while it is read, and a text of 8 MiB can hold millions. */
export const maxValues = 500_000;
/** Words, marks, spaces and line ends of a YAML text, for the same reason. */
export const maxParts = 1_000_000;
export const maxNesting = 200;
/** Nodes that all aliases of a YAML text may expand to. */
export const maxAliasNodes = 100_000;
/** Characters that they may repeat, keys among them: the digest of a manifest is taken over all that it says. */
export const maxAliasText: number = 4 * 1024 * 1024;
