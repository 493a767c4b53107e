/** Commands that import secrets which somebody else manages. */
import type { CommandGroup } from '../../definition.ts';
import { importCommit } from './import/commit.ts';
import { importPreview } from './import/preview.ts';

export const secretsImport: CommandGroup = {
  name: 'import',
  summary: 'refer to secrets that are in a vault already: look first, then import',
  commands: [importPreview, importCommit],
};
