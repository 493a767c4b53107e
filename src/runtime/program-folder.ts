import { join } from 'node:path';

/** Where the programs beside a manifest start: absolute, as `sourceFolder` is. What was loaded from elsewhere has no folder here. */
export const programFolder = (manifest: string | null, sourceFolder: string): string | null =>
  manifest === null || /^[a-z][a-z0-9+.-]*:\/\//i.test(manifest) ? null : join(sourceFolder, manifest, '..');
