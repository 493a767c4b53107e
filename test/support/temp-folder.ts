import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface TempFolder {
  readonly path: string;
  /** A folder of its own in it, with these files. */
  readonly lay: (files: Readonly<Record<string, string>>) => string;
  readonly remove: () => void;
}

export function createTempFolder(): TempFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'headgate-test-')));
  let count = 0;
  return {
    path,
    lay(files) {
      const folder = join(path, String(count++));
      mkdirSync(folder);
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
      return folder;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** The smallest scenario without a problem. */
export const smallScenario = 'manifest_version: "0.4.0"\n';
