/** Secrets of the vaults that the settings of the current folder declare, for commands about them. */

import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { homeOf } from '../adapters/files/home.ts';
import { checkoutAround, realPlace } from '../adapters/files/scenario-tree.ts';
import type { LockedVault } from '../adapters/vaults/coming-soon.ts';
import * as D from '../diagnostics/catalogue/settings.ts';
import { printable } from '../diagnostics/render/width.ts';
import { settingsNames } from '../language/settings/names.ts';
import { isLocked, type VaultsSettings } from '../language/settings/sections/vaults.ts';
import { createSecretContext, type SecretContext } from '../runtime/secrets/context.ts';
import { stateDirOf } from '../runtime/state/run-folder.ts';
import type { Cli } from './cli.ts';
import { tell } from './compiled.ts';
import { RefusedError } from './refused.ts';
import { createSettingsFiles } from './settings-files.ts';
import type { TrustSettings } from './trust/judge-trust.ts';
import { UsageError } from './usage-error.ts';
import { vaultsOfSettings } from './vault-files.ts';

export interface SecretsFlags extends TrustSettings {
  readonly settings?: string;
  readonly stateDir?: string;
  readonly format?: 'text' | 'json';
}

export interface SecretsSession {
  readonly context: SecretContext;
  readonly stateDir: string;
}

/** Undefined after telling what is wrong with the settings. Throws where they are not trusted: a vault is read and written with the rights of the user. */
export async function openSecretsSession(cli: Cli, flags: SecretsFlags): Promise<SecretsSession | undefined> {
  const files = createSettingsFiles(cli.cwd, flags.settings ?? nearestAbove(cli.cwd));
  const found = await files.of('');
  const faults = files.diagnostics.filter(({ code, severity }) => severity === 'error' && code !== D.notYet.code);
  if (faults.length > 0) {
    await tell(cli, faults, files.sources);
    return undefined;
  }
  const declared = found ? vaultsOfSettings(found.settings, cli.cwd, (path) => path) : {};
  const vaults = { ...declared, ...lockedOf(found?.settings.vaults ?? {}) };
  if (Object.keys(vaults).length === 0)
    throw new UsageError(
      found
        ? `\`${found.settings.file}\` declares no vaults; \`vaults\` in it says where secrets are kept`
        : 'no settings count here, so there are no vaults; go to the folder of the scenario, or give --settings',
    );
  const refused = await files.untrusted('', cli.env, flags);
  if (refused) throw new RefusedError(refused.blocked);
  const stateDir = stateDirOf(cli.env, flags.stateDir, cli.cwd);
  const context = createSecretContext({
    vaults,
    place: { folder: cli.cwd, home: homeOf(cli.env), env: cli.env, now: Date.now },
    stateDir,
    notice: (text) => void cli.err(`${printable(text)}\n`),
  });
  return { context, stateDir };
}

/** Nobody names a scenario from whose folder to search, so it goes up through the checkout; undefined where the finder sees them itself, and where there are none. */
function nearestAbove(cwd: string): string | undefined {
  const top = checkoutAround(realPlace(cwd));
  if (top === undefined) return undefined;
  for (let folder = realPlace(cwd); ; folder = dirname(folder)) {
    const name = settingsNames.find((one) => existsSync(join(folder, one)));
    if (name !== undefined) return folder === realPlace(cwd) ? undefined : relative(cwd, join(folder, name));
    if (folder === top || dirname(folder) === folder) return undefined;
  }
}

/** They are in no plan, and shown all the same. */
const lockedOf = (vaults: VaultsSettings): Readonly<Record<string, LockedVault>> =>
  Object.fromEntries(
    Object.entries(vaults).flatMap(([name, one]) => (isLocked(one) ? [[name, { provider: one.provider }]] : [])),
  );
