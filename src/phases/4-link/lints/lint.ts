import type { Location, Range } from '../../../base/span.ts';
import type { Definition } from '../../../diagnostics/define.ts';
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import type { Manifest } from '../../../ir/manifest.ts';
import type { ConfigUses } from './support/config-uses.ts';
import type { ConfigSchemaFacts } from './support/schema-facts.ts';
import type { Users } from './support/users.ts';

/** What a lint may know: one manifest, and what linking found out about one instance of it. */
export interface LintInput {
  readonly manifest: Manifest;
  readonly moniker: string;
  readonly isRoot: boolean;
  /** False when linking failed: then nothing is suppressed. */
  readonly linked: boolean;
  /** Slots of this instance into which a weak edge leads. */
  readonly weaklyFedSlots: ReadonlySet<string>;
  /** An edge from outside the scenario leads into the program of this instance. */
  readonly feedsProgramFromOutside: boolean;
  /** The settings run some instance of this manifest as a task. */
  readonly isTask: boolean;
  readonly users: Users;
}

/** Worked out once for all lints of one run. */
export interface LintContext extends LintInput {
  /** Own slots that the program, a binding, an export or a child template takes from. */
  readonly usedSlots: ReadonlySet<string>;
  /** Own provides that a binding, an export or a child template takes from. */
  readonly usedProvides: ReadonlySet<string>;
  readonly configUses: ConfigUses;
  /** Undefined without `config_schema`. */
  readonly schema: ConfigSchemaFacts | undefined;
  /** A range of this manifest as a location. */
  readonly at: (range: Range) => Location;
}

export interface Lint {
  /** Everything that `run` may report. */
  readonly emits: readonly Definition<never>[];
  readonly run: (input: LintContext, report: (diagnostic: Diagnostic) => void) => void;
}
