import type { JsonObject } from '../../base/json.ts';
import type { ConfigSpace } from '../../ir/config.ts';
import type { SlotTable } from './slot-references.ts';

/** What a program is lowered with. */
export interface LowerInput {
  readonly space: ConfigSpace;
  readonly rootSchema: JsonObject | null;
  readonly slots: SlotTable;
  readonly resources: ReadonlySet<string>;
  readonly features: ReadonlySet<string>;
  /** Id of the component, for slot parts of templates. */
  readonly self: number;
}
