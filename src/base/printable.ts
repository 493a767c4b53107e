import { controls } from './control.ts';

const UNSAFE = new RegExp(`(?![\\t\\n])[${controls}]`, 'g');

/** Control characters of a program must not reach a terminal. */
export const printable = (text: string): string => text.replace(/\r\n/g, '\n').replace(UNSAFE, '·');
