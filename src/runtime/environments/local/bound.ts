/** What is executed on this machine once the secrets of a component are known. */

import { longestText } from '../../../adapters/sandbox/argument-size.ts';
import type { Addressing } from '../../../plan/wiring/addressing.ts';
import { bindingsOf, renderBound, type Unfit } from '../../../plan/wiring/bindings.ts';
import type { WiredComponent } from '../../../plan/wiring/component.ts';
import type { BoundProgram, LocalComponent } from './component.ts';

/** `plain` is what is executed without any. */
export function boundWith(
  component: WiredComponent,
  addressing: Addressing,
  plain: BoundProgram,
): LocalComponent['bound'] {
  const bindings = bindingsOf(component);
  if (bindings.length === 0) return () => plain;
  return (secrets) => {
    const rendered = renderBound(component, addressing, secrets);
    if ('unfit' in rendered) return rendered;
    const { argv, env, files } = rendered;
    const tooLarge = Object.entries(env).filter(([name, value]) => value !== plain.env[name] && isTooLong(name, value));
    if (tooLarge.length === 0) return { argv, env, files };
    const most = `${longestText / 1024} KiB`;
    return {
      unfit: tooLarge.map(([name, value]) => ({
        ...(bindings.find(({ reference }) => value.includes(secrets.get(reference) ?? '')) ?? (bindings[0] as Unfit)),
        message: `the variable \`${name}\` would be larger than the ${most} that the system takes: mount it as a file`,
      })),
    };
  };
}

const isTooLong = (name: string, value: string): boolean =>
  Buffer.byteLength(name) + Buffer.byteLength(value) + 2 > longestText;
