/** As whom a program in a container runs. */
import type { Image } from './images.ts';

export interface Who {
  /** Undefined for that of the image. */
  readonly user?: string;
  /** Undefined for root, and for one whose number nobody knows. */
  readonly uid?: number;
  /** Whom the folders of this run belong to. */
  readonly isOwner: boolean;
}

export interface Ids {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user that the image names. One that names none runs as the user of headgate and not as root; where headgate is root itself, or its engine
 * has no other root than the user, that is root without any capability.
 */
export function whoRuns({ user, uid: named }: Pick<Image, 'user' | 'uid'>, { uid, gid }: Ids, rootless: boolean): Who {
  const owner = rootless ? 0 : uid;
  if (user === '') return owner === 0 ? { isOwner: true } : { user: `${uid}:${gid}`, uid, isOwner: true };
  return { ...(named === undefined || named === 0 ? {} : { uid: named }), isOwner: named === owner };
}

/** Of the agents, which open the sockets of edges. */
export const agentUser = ({ uid, gid }: Ids, rootless: boolean): string => (rootless ? '0:0' : `${uid}:${gid}`);
