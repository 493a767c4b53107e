import { controlRefused, hasControl } from '../base/control.ts';

/** What a name cannot have in it. */
export type NameFault = 'dot' | 'control';

/** The law of names: of children, slots, provides …; whoever reads a name from a file, a plan or an answer asks here. */
export function nameFaults(text: string): readonly NameFault[] {
  const faults: NameFault[] = [];
  if (text.includes('.')) faults.push('dot');
  if (hasControl(text)) faults.push('control');
  return faults;
}

/** Why, and what to do. */
export const nameWords: Readonly<Record<NameFault, string>> = {
  dot: 'a name cannot have a dot in it: the dot separates names in references',
  control: controlRefused,
};
