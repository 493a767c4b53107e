import type { Cli } from '../cli.ts';
import { createSettingsFiles } from '../settings-files.ts';
import { remember } from './judge-trust.ts';

/** Settings that this very headgate has just written are trusted as it wrote them. */
export async function trustWritten(cli: Cli, folder: string): Promise<void> {
  const asked = await createSettingsFiles(folder, undefined).asked('scenario');
  if (asked && asked.rights.length > 0) remember(cli, asked);
}
