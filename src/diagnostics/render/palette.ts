import type { Severity } from '../diagnostic.ts';

export type Paint = (text: string) => string;

/** Colours as functions, so that the renderer knows nothing of terminals. */
export interface Palette {
  readonly severity: Readonly<Record<Severity, Paint>>;
  readonly strong: Paint;
  /** Line numbers, bars and arrows. */
  readonly frame: Paint;
  readonly related: Paint;
}

const same: Paint = (text) => text;

export const plain: Palette = {
  severity: { error: same, warning: same, info: same, hint: same },
  strong: same,
  frame: same,
  related: same,
};
