export type Pointer = readonly (string | number)[];

/** RFC 6901. The empty path is `''`, the whole document. */
export const jsonPointer = (path: Pointer): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
