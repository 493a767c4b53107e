import * as D from '../../diagnostics/catalogue/settings.ts';
import type { Fields } from '../decode/cursor.ts';
import type { SettingsContext } from './section.ts';
import type { Sections } from './sections.ts';

/** What may change has to be asked for, and what is asked for has to be used. */
export function checkExperimental(ctx: SettingsContext, read: Sections, fields: Fields): void {
  const asked = read.experimental_features.includes('environments');
  const key = fields.key('environments');
  const used = Object.values(read.environments).some(({ driver }) => driver === 'ssh');
  if (used && !asked && key) ctx.tell(D.experimentalOff({ feature: 'environments' }, { at: ctx.at(key) }));
  const list = fields.get('experimental_features')?.node;
  const item =
    list?.kind === 'array'
      ? list.items.find((one) => one.kind === 'string' && one.value === 'environments')
      : undefined;
  if (asked && !key && item)
    ctx.tell(D.unusedName({ what: 'experimental feature', name: 'environments' }, { at: ctx.at(item.range) }));
}
