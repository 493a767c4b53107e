/** What is said of the authority of a run. */
import { type Static, Type } from '@sinclair/typebox';
import { gates } from '../ir/authority.ts';
import { list, literals, optional, text, textOrNull } from '../ir/wire-build.ts';

const gate = literals(gates, 'of the operation contract');

export const AuthorityTold = Type.Object({
  id: text('of the run'),
  delegation: textOrNull('the file, as the plan names it; null where the run stands on its plan alone'),
  delegations: list(
    Type.Object({
      id: Type.String(),
      subject: text('a moniker, or `*`'),
      gates: list(gate),
      resources: list(Type.String(), 'patterns'),
      expires: optional(text('RFC 3339')),
      state: literals(['active', 'expired', 'revoked', 'withdrawn'], 'what has become of it'),
      reason: optional(text('why it gives nothing any more')),
    }),
    'as the plan has them, by id',
  ),
  rights: list(
    Type.Object({
      gate,
      subject: text('moniker of whose right it is'),
      resource: text('what it is a right to'),
      delegation: textOrNull(
        'id of the delegation that gives it now, `plan` without delegations; null where nothing does',
      ),
    }),
    'that the run needs',
  ),
});
export type AuthorityTold = Static<typeof AuthorityTold>;

export const RevokeRequest = Type.Object({
  id: text('of a delegation'),
  reason: Type.String({ minLength: 1, maxLength: 500, description: 'for the journal, and for whoever reads it' }),
});
export type RevokeRequest = Static<typeof RevokeRequest>;
