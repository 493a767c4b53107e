import type { Location, Range } from '../../base/span.ts';
import * as D from '../../diagnostics/catalogue/secrets.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { SecretFault } from '../../language/secrets/check-config.ts';

/** Where a value stands. */
export interface SecretPlace {
  /** Undefined where a variable, or a caller, has said it. */
  readonly value: Location | undefined;
  /** Of its key, in the same file. */
  readonly key: Range | undefined;
  /** Who said it, where no place tells. */
  readonly by?: string | undefined;
  /** The value stands somewhere in the place. */
  readonly around?: true;
}

/** No message, mark or excerpt shows the value. */
export function secretDiagnostic(
  fault: SecretFault,
  { value, key, by, around }: SecretPlace,
  vaults: readonly string[],
): Diagnostic {
  const conceals = value && (around || by === undefined) ? { conceals: [value.range] } : {};
  switch (fault.kind) {
    case 'invalid':
      return D.secretReferenceInvalid({ reason: fault.reason, by }, { at: value, ...conceals });
    case 'unknown-vault':
      return D.unknownVault({ vault: fault.vault, near: fault.near, declared: vaults, by }, { at: value });
    case 'placeholder':
      return D.secretPlaceholder({ name: fault.name, by }, { at: value });
    case 'inline': {
      const at = value && key && by === undefined ? { ...value, range: key } : value;
      return D.inlineSecret({ name: fault.name, by }, { at, label: 'this value', ...conceals });
    }
  }
}
