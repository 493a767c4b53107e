import type { Blocked } from '../../ir/blocked.ts';

/** As docs/running.md lists them: first what concerns the machine and its programs, then what was given, then what the plan asks for. */
export const gates: readonly string[] = [
  'settings_untrusted',
  'plan_not_attested',
  'attestation_invalid',
  'sandbox_required',
  'sandbox_unavailable',
  'sandbox_differs',
  'tool_missing',
  'program_missing',
  'program_changed',
  'source_missing',
  'source_outside',
  'config_missing',
  'config_invalid',
  'slot_missing',
  'slot_unknown',
  'slot_invalid',
  'export_unknown',
  'port_taken',
  'port_refused',
  'component_unknown',
  'egress_invalid',
  'profile_unknown',
  'sandbox_unknown',
  'slot_unsupported',
  'program_kind',
  'framework_capability',
  'program_incomplete',
  'storage_size_invalid',
  'secret_in_arguments',
  'outcome_unknown',
  'already_running',
  'other_host',
  'storage_in_use',
  'cache_in_use',
  'journal_corrupt',
  'journal_missing',
  'plan_corrupt',
  'options_changed',
  'state_unwritable',
  'state_unreadable',
  'journal_behind',
  'evidence_missing',
  'evidence_corrupt',
];

/** Those of one gate stay as they come. */
export function inGateOrder(blocked: readonly Blocked[]): readonly Blocked[] {
  const place = new Map(gates.map((gate, index) => [gate, index]));
  const of = ({ gate }: Blocked): number => place.get(gate) ?? gates.length;
  return [...blocked].sort((a, b) => of(a) - of(b));
}
