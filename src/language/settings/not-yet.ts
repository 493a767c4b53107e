/** What can be written and has no effect in this headgate. It is refused, so that nobody relies on it; a line goes when its behaviour comes. */
import * as D from '../../diagnostics/catalogue/settings.ts';
import type { Fields } from '../decode/cursor.ts';
import type { SettingsContext } from './section.ts';

export const sectionsNotYet: readonly string[] = ['environments', 'experimental_features'];

export const componentFieldsNotYet: readonly string[] = ['creates'];

export function refuseNotYet(ctx: SettingsContext, fields: Fields | undefined, names: readonly string[]): void {
  for (const name of names) {
    const range = fields?.key(name);
    if (range) ctx.tell(D.notYet({ name }, { at: ctx.at(range) }));
  }
}
