import type { Definition } from '../../src/diagnostics/define.ts';
import { filesBelow } from './harness.ts';

export interface Entry {
  readonly definition: Definition<never>;
  readonly exportName: string;
  /** From the catalogue's folder, without the ending. */
  readonly file: string;
}

const isDefinition = (value: unknown): value is Definition<never> => typeof value === 'function' && 'code' in value;

/** Every definition of every file below src/diagnostics/catalogue. */
export async function loadCatalogue(): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const name of filesBelow('src/diagnostics/catalogue')) {
    const module = (await import(`../../src/diagnostics/catalogue/${name}`)) as Record<string, unknown>;
    for (const [exportName, definition] of Object.entries(module)) {
      if (isDefinition(definition)) entries.push({ definition, exportName, file: name.slice(0, -'.ts'.length) });
    }
  }
  return entries;
}

export const camelCase = (kebab: string): string =>
  kebab.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
