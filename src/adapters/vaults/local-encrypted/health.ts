/** How a vault is. Nothing that is sealed is opened for it. */
import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import type { VaultHealth } from '../../../ports/vault.ts';
import { Refusal } from './faults.ts';
import { isThere } from './key-file.ts';
import type { OpenedVault, Session } from './session.ts';

type Warning = Pick<VaultHealth, 'code' | 'message'> & { readonly guidance: string };

export async function healthOf(name: string, session: Session): Promise<VaultHealth> {
  const { files } = session;
  try {
    const opened = await session.read();
    if (!opened)
      return {
        status: 'warning',
        code: 'vault_not_made',
        message: `vault ${name} was not made yet`,
        guidance: [
          `\`headgate secrets set ${name}/KEY\` makes \`${files.vault}\`${'file' in files.key ? ' and its key' : ''}`,
        ],
        ...missingFields(session),
      };
    const warnings = [...openToOthers(opened, session), ...(await backupWarnings(opened, session))];
    const [first] = warnings;
    if (first) {
      const { code, message } = first;
      return { status: 'warning', code, message, guidance: warnings.map(({ guidance }) => guidance) };
    }
    return { status: 'ready', code: 'ready', message: `vault ${name} can be used`, guidance: [] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code: fault, detail, message, remedy } = error.fault;
    return { status: 'error', code: detail, fault, message, guidance: [remedy], ...missingFields(session) };
  }
}

/** What the settings name and this machine does not have. */
function missingFields({ files: { key }, env }: Session): Pick<VaultHealth, 'missingFields'> {
  if ('file' in key) return isThere(key.file) ? {} : { missingFields: ['key.file'] };
  return (env[key.passphraseEnv] ?? '') === '' ? { missingFields: ['key.passphraseEnv'] } : {};
}

function openToOthers({ file }: OpenedVault, { files }: Session): readonly Warning[] {
  const warnings: Warning[] = [];
  if ((file.mode & 0o077) !== 0)
    warnings.push({
      code: 'vault_file_open_to_others',
      message: `the vault file \`${files.vault}\` is open to others, who can read the names in it`,
      guidance: `\`chmod 600 ${files.vault}\``,
    });
  if ('file' in files.key) {
    const folder = dirname(files.key.file);
    const found = lstatSync(folder, { throwIfNoEntry: false });
    // In a folder with the sticky bit, files are their owners' own.
    if (found?.isDirectory() && (found.mode & 0o022) !== 0 && (found.mode & 0o1000) === 0)
      warnings.push({
        code: 'key_folder_open_to_others',
        message: `others may write to \`${folder}\`, where the key file is, and put another one in its place`,
        guidance: `\`chmod go-w ${folder}\``,
      });
  }
  return warnings;
}

async function backupWarnings({ document }: OpenedVault, session: Session): Promise<readonly Warning[]> {
  const { vault, backup } = session.files;
  const guidance = `the next write makes \`${backup}\` anew`;
  if (!isThere(backup)) {
    const isFirst = document.revision <= 1;
    return isFirst ? [] : [{ code: 'backup_missing', message: `\`${backup}\` is missing`, guidance }];
  }
  const other = await session.readOther(backup);
  if (!other) return [{ code: 'backup_damaged', message: `\`${backup}\` is not whole`, guidance }];
  if (other.id !== document.id)
    return [{ code: 'backup_of_another', message: `\`${backup}\` is that of another vault`, guidance }];
  if (other.revision > document.revision)
    return [
      {
        code: 'vault_file_older',
        message: `\`${vault}\` is older than its backup: somebody put an earlier file in its place`,
        guidance: `\`cp -p ${backup} ${vault}\` if that was not meant`,
      },
    ];
  // Whoever is killed between the two files leaves a backup that is as new as the vault.
  return other.revision < document.revision - 1
    ? [{ code: 'backup_older', message: `\`${backup}\` is older than the last write`, guidance }]
    : [];
}
