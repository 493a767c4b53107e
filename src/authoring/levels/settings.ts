import { matchesList } from '../../base/glob-list.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { levelIn } from '../../language/settings/levels.ts';
import type { SettingsOf } from './options.ts';
import { raised } from './raised.ts';

/** The diagnostic at the level that the settings give; undefined when they switch it off. The entry for a path counts first. */
export function applySettings(d: Diagnostic, found: SettingsOf | undefined): Diagnostic | undefined {
  if (!found || d.severity === 'error') return d;
  const { lint, file } = found.settings;
  const path = found.path ?? inside(found.folder, d.at?.file ?? '');
  const tables = [lint.levels];
  for (const entry of lint.paths)
    if (path !== undefined && matchesList(entry.files, path)) tables.unshift(entry.levels);
  for (const levels of tables) {
    const { name, level } = levelIn(levels, [d.code, ...d.aliases], d.severity) ?? {};
    if (level === undefined) continue;
    if (level === 'off') return undefined;
    return level === 'error' ? raised(d, `\`${name}: error\` in ${file}`) : { ...d, severity: level };
  }
  return d;
}

/** `file` as seen from `folder`; undefined for what is not in it. */
function inside(folder: string, file: string): string | undefined {
  if (file === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(file)) return undefined;
  const base = folder.replace(/^\.(?:\/|$)/, '').replace(/\/+$/, '');
  if (base === '') return file.startsWith('../') ? undefined : file;
  return file.startsWith(`${base}/`) && !file.startsWith('../', base.length + 1)
    ? file.slice(base.length + 1)
    : undefined;
}
