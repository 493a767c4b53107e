/** Config that is mounted: what is known is written down, a value that comes later is a whole file of its own. */
import type { ConfigLeaf, WiredComponent } from '../../../../plan/wiring/component.ts';
import type { Tell } from './tell.ts';
import { isPlain, leavesIn, type Read, type Text } from './values.ts';
import type { TargetWords } from './words.ts';

export interface MountedFile {
  /** Below the folder of the output. */
  readonly from: string;
  readonly target: string;
  readonly content: string;
}

export interface MountedFiles {
  readonly binds: readonly MountedFile[];
  readonly values: readonly { readonly leaf: ConfigLeaf; readonly target: string }[];
}

/** Undefined after a fault. */
export function filesOf(
  { moniker }: WiredComponent,
  { parts }: Read,
  service: string,
  tell: Tell,
  words: TargetWords,
): MountedFiles | undefined {
  const binds: MountedFile[] = [];
  const values: { readonly leaf: ConfigLeaf; readonly target: string }[] = [];
  let whole = true;
  for (const { path, content } of parts.files) {
    const leaf = onlyLeaf(content);
    if (!isPlain(path) || !(isPlain(content) || leaf)) {
      whole = false;
      const paths = leavesIn([path, content])
        .map((one) => `\`${one.path}\``)
        .join(', ');
      const file = path.map((part) => (typeof part === 'string' ? part : '…')).join('');
      tell.of(moniker, (at) => words.fileValues({ component: moniker, file, paths }, at));
      continue;
    }
    const target = path.join('');
    if (leaf) values.push({ leaf, target });
    else binds.push({ from: `config/${service}/${binds.length}`, target, content: content.join('') });
  }
  return whole ? { binds, values } : undefined;
}

const onlyLeaf = ([part, ...others]: Text): ConfigLeaf | undefined =>
  typeof part === 'object' && 'leaf' in part && others.length === 0 ? part.leaf : undefined;
