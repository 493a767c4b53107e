import { printable } from '../../diagnostics/render/width.ts';

/** For whoever names no other place. A text may name files, and these may be called anything. */
export const toStderr = (text: string): void => void process.stderr.write(`${printable(text)}\n`);
