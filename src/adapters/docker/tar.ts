/** As much of the format of tar as a few empty folders need. */

const block = 512;

/** Names without a slash in front. The same names give the same bytes. */
export function folderTar(names: readonly string[]): Uint8Array {
  return Buffer.concat([...names.map(header), Buffer.alloc(2 * block)]);
}

function header(name: string): Buffer {
  const head = Buffer.alloc(block);
  const write = (text: string, at: number): void => void head.write(text, at, 'latin1');
  write(`${name}/`, 0);
  write('0000755\0', 100);
  write('0000000\0', 108);
  write('0000000\0', 116);
  write('00000000000\0', 124);
  write('00000000000\0', 136);
  write('        ', 148);
  write('5', 156);
  write('ustar\0', 257);
  write('00', 263);
  const sum = head.reduce((total, byte) => total + byte, 0);
  write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return head;
}
