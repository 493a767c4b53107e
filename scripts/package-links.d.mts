export function absoluteLinks(path: string, markdown: string): string;
export function relativeLinks(path: string, markdown: string): string;
export function publishedDocuments(root: string): readonly string[];
