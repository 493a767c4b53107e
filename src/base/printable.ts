/** Control characters of a program must not reach a terminal. */
export const printable = (text: string): string =>
  text.replace(/\r\n/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '·');
