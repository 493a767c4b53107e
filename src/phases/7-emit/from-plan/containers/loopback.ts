/**
 * Programs that are told to listen on the loopback. In a sandbox that is as good as any address; in a container who asks comes from another one,
 * and is refused for as long as it runs.
 */
import { loopbackListener } from '../../../../diagnostics/catalogue/emit.ts';
import type { WiredComponent } from '../../../../plan/wiring/component.ts';
import type { Tell } from './tell.ts';
import type { Parts, Text } from './values.ts';

const host = String.raw`(?:127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)`;
/** One of them is in each. */
const near = ['127.', 'localhost', '::1'];
/** A port that it is called at, and no URL, which is what a program asks. */
const atPort = new RegExp(`(?<![\\w./:-])${host}:(\\d+)(?!\\d)`, 'g');
const flag = /^-{1,2}(?:bind|listen)(?:-?addr(?:ess)?|-?host)?$/;
const afterFlag = new RegExp(`^${host}$`);
const withFlag = new RegExp(`^(-{1,2}[a-z-]+)=(${host})$`);

export function tellLoopback({ moniker, ports }: WiredComponent, { argv, env }: Parts, tell: Tell): void {
  if (ports.length === 0) return;
  const words = argv.map(textOf);
  const texts = [...words, ...env.map(([, text]) => textOf(text))].filter((text) =>
    near.some((one) => text.includes(one)),
  );
  if (texts.length === 0) return;
  const said = [
    ...words.filter((word, index) => isBound(word, words[index - 1])),
    ...texts.flatMap((text) =>
      [...text.matchAll(atPort)].flatMap(([found, port]) => (ports.includes(Number(port)) ? [found] : [])),
    ),
  ];
  for (const text of new Set(said)) tell.of(moniker, (at) => loopbackListener({ component: moniker, text }, at));
}

/** What comes later is anything. */
const textOf = (text: Text): string => text.map((part) => (typeof part === 'string' ? part : '\0')).join('');

function isBound(word: string, before: string | undefined): boolean {
  if (afterFlag.test(word)) return before !== undefined && flag.test(before);
  const [, name] = withFlag.exec(word) ?? [];
  return name !== undefined && flag.test(name);
}
