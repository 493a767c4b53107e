/** What a component executes, as far as it is known now; what cannot be handed to it later is told. */

import type { JsonValue } from '../../../../base/json.ts';
import { memoized } from '../../../../base/memo.ts';
import { bindingsOf } from '../../../../plan/wiring/bindings.ts';
import type { WiredComponent } from '../../../../plan/wiring/component.ts';
import { tellLoopback } from './loopback.ts';
import type { Tell } from './tell.ts';
import { type AddressOf, isBaked, knownValue, type Read, readProgram } from './values.ts';
import type { TargetWords } from './words.ts';

const inVaultsOf = memoized((component: WiredComponent) => bindingsOf(component));

/** Undefined after a fault. */
export function readComponent(
  component: WiredComponent,
  addressOf: AddressOf,
  tell: Tell,
  words: TargetWords,
  fixed: (value: JsonValue | undefined) => boolean = isBaked,
): Read | undefined {
  const { moniker } = component;
  const inVaults = inVaultsOf(component);
  for (const { path } of inVaults) tell.of(moniker, (at) => words.vaultSecret({ component: moniker, path }, at));
  if (inVaults.length > 0) return undefined;
  const read = readProgram(component, addressOf, fixed);
  if ('kind' in read) {
    if (read.kind === 'optional')
      tell.of(moniker, (at) => words.optionalConfig({ component: moniker, path: read.path }, at));
    else
      for (const reason of read.problem.messages)
        tell.of(moniker, (at) => words.program({ component: moniker, reason }, at));
    return undefined;
  }
  for (const leaf of component.config.leaves)
    if (fixed(knownValue(component, leaf)))
      tell.of(moniker, (at) =>
        words.notHeld(
          {
            subject: moniker,
            what: `another value of config \`${leaf.path}\``,
            reason:
              'a list or an object cannot be taken apart there, nor every text be given, so its default is written down',
          },
          at,
        ),
      );
  tellLoopback(component, read.parts, tell);
  return read;
}
