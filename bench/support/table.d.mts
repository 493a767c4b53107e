/** A file of bench/history. */
export type History = { readonly commit: string };
export function newestHistory(folder: string): History;
/** The page with the table of that run in it. */
export function withTable(page: string, history: History): string;
