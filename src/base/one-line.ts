import { cutText } from './cut.ts';

/** Printable, and no two spaces in a row: as it is. */
const isOneLine = /^(?:[!-~]+(?: [!-~]+)*)?$/;

/** White space in a row is one space, and control characters are shown as such; at most so many UTF-16 code units. */
export const oneLine = (text: string, length: number): string =>
  cutText(
    isOneLine.test(text)
      ? text
      : text
          .replace(/[\s\u0085]+/g, ' ')
          .replace(/[\u0000-\u001f\u007f-\u009f]/g, '·')
          .trim(),
    length,
  );
