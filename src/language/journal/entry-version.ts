/** Of every line that is written to a journal. */
export const entryVersion = 2;
