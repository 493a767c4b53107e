import type { ComponentSettings } from '../../ir/runtime-settings.ts';

/** Monikers of the components that run as tasks. */
export const tasksIn = (settings: Readonly<Record<string, ComponentSettings>>): readonly string[] =>
  Object.entries(settings).flatMap(([moniker, { restart }]) => (restart === 'never' ? [moniker] : []));
