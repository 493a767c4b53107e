import { setKey } from '../../../base/json.ts';
import type { Interposer } from '../../../ir/answer.ts';
import type { Component, Resource } from '../../../ir/graph.ts';

export type ComponentParts = Pick<
  Component,
  'program' | 'config' | 'configSchema' | 'slots' | 'provides' | 'resources' | 'metadata'
>;

/** What an interposer of a valid answer gives to the component that is inserted for it. */
export function toComponentParts(interposer: Interposer): ComponentParts {
  const { program, config, configSchema, slots, provides, metadata } = interposer;
  const resources: Record<string, Resource> = {};
  for (const [name, { params }] of Object.entries(interposer.resources)) {
    setKey(resources, name, { kind: 'storage', params });
  }
  return { program, config, configSchema, slots, provides, resources, metadata };
}
