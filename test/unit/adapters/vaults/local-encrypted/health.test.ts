import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createTempFolder } from '../../../../support/temp-folder.ts';
import { answerOf, type LocalVaultPlace, localVaultIn, newToken } from '../../../../support/vaults/local-vault.ts';

const temp = createTempFolder();
afterAll(temp.remove);

async function made(secrets = 3): Promise<LocalVaultPlace> {
  const place = localVaultIn(temp.lay({}));
  const vault = place.open();
  for (let n = 0; n < secrets; n++) answerOf(await vault.create(`k${n}`, 'canary value', newToken()));
  return place;
}

describe('the health of a vault', () => {
  it('is ready', async () => {
    const place = await made();
    expect(await place.open().health()).toEqual({
      status: 'ready',
      code: 'ready',
      message: 'vault local can be used',
      guidance: [],
    });
  });

  it('is a warning before the first secret', async () => {
    const health = await localVaultIn(temp.lay({})).open().health();
    expect(health).toMatchObject({ status: 'warning', code: 'vault_not_made', missingFields: ['key.file'] });
    expect(health.guidance.join()).toContain('headgate secrets set local/KEY');
  });

  const changes: Readonly<Record<string, (place: LocalVaultPlace) => void>> = {
    'warning vault_file_open_to_others': ({ file }) => chmodSync(file, 0o644),
    'warning key_folder_open_to_others': ({ keyFile }) => chmodSync(dirname(keyFile), 0o777),
    'warning backup_missing': ({ backup }) => rmSync(backup),
    'warning backup_damaged': ({ backup }) => writeFileSync(backup, 'cut'),
    'warning vault_file_older': ({ file, backup }) => {
      const older = readFileSync(backup);
      renameSync(file, backup);
      writeFileSync(file, older, { mode: 0o600 });
    },
    'error vault_file_missing': ({ file }) => rmSync(file),
    'error vault_file_damaged': ({ file }) => writeFileSync(file, readFileSync(file, 'utf8').replace('k1', 'kx')),
    'error key_file_missing': ({ keyFile }) => rmSync(keyFile),
    'error key_file_open_to_others': ({ keyFile }) => chmodSync(keyFile, 0o644),
    'error key_file_form': ({ keyFile }) => writeFileSync(keyFile, 'short'),
    'error key_file_link': ({ keyFile }) => {
      renameSync(keyFile, `${keyFile}.real`);
      symlinkSync(`${keyFile}.real`, keyFile);
    },
    'error wrong_key': ({ keyFile }) => writeFileSync(keyFile, Buffer.alloc(32, 1)),
    'error link': ({ file }) => {
      renameSync(file, `${file}.real`);
      symlinkSync(`${file}.real`, file);
    },
    'error vault_file_no_file': ({ file }) => {
      rmSync(file);
      mkdirSync(file);
    },
  };

  it.each(Object.keys(changes))('%s', async (what) => {
    const place = await made();
    changes[what]?.(place);
    const { status, code, fault, message, guidance } = await place.open().health();
    expect(`${status} ${code}`).toBe(what);
    // As whoever asks for a value is told it.
    const asked = await place.open().resolve({ key: 'k1' });
    if (status === 'error') expect(asked).toMatchObject({ fault: { code: fault, detail: code } });
    else expect(fault).toBeUndefined();
    expect(guidance.length).toBeGreaterThan(0);
    expect(`${message} ${guidance.join()}`).not.toContain('canary');
  });

  it('tells a backup that is older than the last write, or of another vault', async () => {
    const place = await made(1);
    const first = readFileSync(place.backup);
    const vault = place.open();
    for (const key of ['x', 'y']) answerOf(await vault.create(key, 'value', newToken()));
    writeFileSync(place.backup, first);
    expect((await vault.health()).code).toBe('backup_older');
    answerOf(await vault.create('z', 'value', newToken()));
    expect((await vault.health()).code).toBe('ready');
    // The key file may open more than one vault.
    const other = localVaultIn(temp.lay({}));
    mkdirSync(dirname(other.keyFile), { recursive: true });
    answerOf(await other.open().create('a', 'value', newToken()));
    writeFileSync(place.backup, readFileSync(other.file));
    expect((await vault.health()).code).toBe('backup_damaged');
  });
});
