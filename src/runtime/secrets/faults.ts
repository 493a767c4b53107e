/** What each fault of a vault comes to: a status where HTTP is served, an exit code of a command, and words that say no more than that. */
import type { VaultFault, VaultFaultCode } from '../../ports/vault.ts';

export interface FaultRow {
  readonly status: number;
  readonly exit: number;
  /** One sentence, for when nothing better is known. */
  readonly words: string;
  readonly remedy: string;
}

const blocked = 3;

export const faultRows: Readonly<Record<VaultFaultCode, FaultRow>> = {
  access_denied: {
    status: 403,
    exit: blocked,
    words: 'the vault denied access',
    remedy: 'check what the credentials may do there',
  },
  throttled: {
    status: 429,
    exit: blocked,
    words: 'the vault was asked too often',
    remedy: 'wait a moment and try again',
  },
  not_found: {
    status: 404,
    exit: blocked,
    words: 'the vault has no such secret',
    remedy: '`headgate secrets list` shows what there is',
  },
  conflict: {
    status: 409,
    exit: blocked,
    words: 'the state of the secret does not allow this',
    remedy: '`headgate secrets list` shows its state',
  },
  invalid_request: {
    status: 422,
    exit: 2,
    words: 'the vault cannot be asked for this',
    remedy: 'check the name of the vault, the key and the value',
  },
  provider_unavailable: {
    status: 503,
    exit: blocked,
    words: 'the vault cannot be reached',
    remedy: '`headgate secrets health` shows more; try again later',
  },
  provider_error: {
    status: 502,
    exit: 4,
    words: 'the vault failed',
    remedy: '`headgate secrets health` shows more',
  },
};

/** In the words of the table. */
export const genericFault = (code: VaultFaultCode, detail: string): VaultFault => ({
  code,
  detail,
  message: faultRows[code].words,
  remedy: faultRows[code].remedy,
});

export const statusOfFault = ({ code }: Pick<VaultFault, 'code'>): number => faultRows[code].status;
export const exitOfFault = ({ code }: Pick<VaultFault, 'code'>): number => faultRows[code].exit;
