/** What a scan found, in words. */
import { ioReason } from '../../files/io-reason.ts';
import { pathText, placeAsTyped } from '../byte-path.ts';
import type { SyncFault } from '../fault.ts';
import { linkFault, mountFault, type Side } from '../refusals.ts';
import type { Finding } from './protocol.ts';

export function faultOf({ code, path, detail = '' }: Finding, side: Side): SyncFault {
  const name =
    path === '' ? `the ${side.isCopy ? 'copy' : 'source'} \`${placeAsTyped(side.root)}\`` : `\`${pathText(path)}\``;
  const out = 'leave it out with `exclude`';
  switch (code) {
    case 'workspace_link_leaves':
      return linkFault([{ path, target: detail }], side);
    case 'workspace_nested_mount':
      return mountFault(path);
    case 'workspace_changing':
      return {
        code,
        path,
        message: `${name} ${path === '' ? 'changed while it was' : 'changes while it is'} read`,
        remedy: `wait until nothing writes to it, or ${out}`,
      };
    case 'workspace_ignore_too_large':
      return { code, path, message: `${name} is larger than 1 MiB`, remedy: 'shorten it, or use `kind: dir`' };
    case 'workspace_too_large':
      return {
        code,
        message: `the workspace holds more than ${detail} entries`,
        remedy: 'leave folders out with `exclude`',
      };
    case 'workspace_unreadable': {
      const { reason } = ioReason(Object.assign(new Error(''), { code: detail }));
      return { code, path, message: `${name} cannot be read: ${reason}`, remedy: `make it readable, or ${out}` };
    }
    case 'cache_lies':
    case 'rules_changed':
      throw new Error('a scan that the cache misled is done again');
  }
}
