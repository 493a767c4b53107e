/** What a profile may say, in the settings and in a plan. */

export const runtimeModes = ['default', 'evidence'] as const;
export const sandboxModes = ['inherit', 'none', 'ref'] as const;
export const permissionModes = ['deny-all', 'approve-reads', 'approve-all'] as const;
export const profileTypes = [
  'personal',
  'corporate_firewall',
  'multi_corporate_firewall',
  'local_model_provider',
  'hosted_model_provider',
  'airgapped_local_only',
  'user_owned_model',
] as const;
