/** An edit of a fix, and what it is about in the tree of one text. */
import type { Edit } from '../../diagnostics/fix.ts';
import type { ObjectNode } from '../../ir/syntax.ts';
import { type Child, type Page, rangeKey, type TextSpot } from './page.ts';

export type LocatedEdit =
  | { readonly kind: 'text'; readonly spot: TextSpot; readonly value: string }
  | { readonly kind: 'remove'; readonly child: Child }
  | { readonly kind: 'field'; readonly object: ObjectNode; readonly key: string; readonly value: string | boolean };

/** Undefined when nothing has the range of the edit, or more than one thing has. */
export function locateEdit(page: Page, edit: Edit): LocatedEdit | undefined {
  const key = rangeKey(edit.at.range);
  switch (edit.kind) {
    case 'replace-text': {
      const spot = only(page.texts.get(key));
      return spot && { kind: 'text', spot, value: edit.value };
    }
    case 'remove': {
      const child = only(page.children.get(key));
      return child && { kind: 'remove', child };
    }
    case 'set-field': {
      const object = only(page.objects.get(key));
      return object && { kind: 'field', object, key: edit.key, value: edit.value };
    }
  }
}

const only = <T>(found: readonly T[] | undefined): T | undefined => (found?.length === 1 ? found[0] : undefined);
