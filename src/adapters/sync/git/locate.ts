/** Where a working tree has its repository: read from its files, since git would take the settings of the repository first. */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { SyncFault } from '../fault.ts';
import { notARepository, unsupported } from './faults.ts';
import { settingsOf } from './settings-file.ts';

export interface Places {
  readonly topLevel: string;
  readonly gitDir: string;
  readonly commonDir: string;
  readonly objects: string;
  readonly linkedWorktree: boolean;
  readonly objectFormat: 'sha1' | 'sha256';
  readonly shallow: boolean;
  /** Settings of the repository, by lower-case key; of what they include, nothing. */
  readonly settings: ReadonlyMap<string, string>;
}

export async function locate(root: string): Promise<Places | { readonly fault: SyncFault }> {
  const found = folders(root);
  if ('fault' in found) return found;
  const { commonDir, gitDir } = found;
  const settings = new Map(await settingsOf(join(commonDir, 'config')));
  if (settings.get('extensions.worktreeconfig') === 'true')
    for (const [key, value] of await settingsOf(join(gitDir, 'config.worktree'))) settings.set(key, value);
  const fault = notSupported(root, settings);
  if (fault) return { fault };
  return {
    ...found,
    objects: join(commonDir, 'objects'),
    objectFormat: settings.get('extensions.objectformat') === 'sha256' ? 'sha256' : 'sha1',
    shallow: existsSync(join(commonDir, 'shallow')),
    settings,
  };
}

type Folders = Pick<Places, 'topLevel' | 'gitDir' | 'commonDir' | 'linkedWorktree'>;

/** What of it can be told without its settings. */
export function folders(root: string): Folders | { readonly fault: SyncFault } {
  const no = (why: string): { readonly fault: SyncFault } => ({ fault: notARepository(root, why) });
  let topLevel: string;
  try {
    topLevel = realpathSync(root);
  } catch (error) {
    return no(`it cannot be opened (${(error as NodeJS.ErrnoException).code})`);
  }
  const marker = join(topLevel, '.git');
  const stat = statSync(marker, { throwIfNoEntry: false });
  if (stat === undefined) return no('there is no `.git` in it');
  try {
    const gitDir = stat.isDirectory() ? realpathSync(marker) : linkedFrom(marker);
    if (gitDir === undefined) return no('its `.git` is neither a folder nor a file that leads to one');
    const common = pathIn(join(gitDir, 'commondir'));
    const commonDir = common === undefined ? gitDir : realpathSync(resolve(gitDir, common));
    // A `.git` file that somebody has put there must not open the repository of somebody else.
    const back = common === undefined ? undefined : pathIn(join(gitDir, 'gitdir'));
    if (common !== undefined && (back === undefined || !leadsBack(resolve(gitDir, back), topLevel)))
      return no(
        `its \`.git\` leads to a repository that knows nothing of this folder (\`git worktree repair\` helps where it was moved)`,
      );
    if (!statSync(join(commonDir, 'objects'), { throwIfNoEntry: false })?.isDirectory())
      return no('its repository has no objects');
    return { topLevel, gitDir, commonDir, linkedWorktree: common !== undefined };
  } catch (error) {
    return no(`its repository cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}

function linkedFrom(marker: string): string | undefined {
  const path = /^gitdir: (.+)$/.exec(pathIn(marker) ?? '')?.[1];
  return path === undefined ? undefined : realpathSync(resolve(dirname(marker), path));
}

/** Where the working tree lay when it was made may be written through links. */
const leadsBack = (back: string, topLevel: string): boolean =>
  existsSync(back) && realpathSync(dirname(back)) === topLevel;

/** One path in a small file. */
function pathIn(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size > 16_384) return undefined;
  return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
}

function notSupported(root: string, settings: ReadonlyMap<string, string>): SyncFault | undefined {
  const storage = settings.get('extensions.refstorage');
  if (storage !== undefined && storage !== 'files')
    return unsupported(
      root,
      `keeps its branches in the form \`${storage}\`, which is not read here`,
      'migrate it: `git refs migrate --ref-format=files`',
    );
  const promised =
    settings.has('extensions.partialclone') ||
    [...settings].some(([key, value]) => /^remote\..*\.promisor$/.test(key) && value === 'true');
  if (promised)
    return unsupported(
      root,
      'is a partial clone, and nothing is fetched from its remote here',
      'fetch the rest (`git fetch --refetch --no-filter`, or clone it whole), or declare the workspace as `kind: dir`',
    );
  return undefined;
}
