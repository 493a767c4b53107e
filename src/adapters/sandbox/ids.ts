/** Ids of the first sandbox. The kernel lets nobody without capabilities map the root of a namespace again, so it is not root. */
export const agentIds = (): { readonly uid: number; readonly gid: number } => {
  const { uid, gid } = programIds();
  return { uid: uid === 0 ? 65533 : uid, gid: gid === 0 ? 65533 : gid };
};

/** The user and group that the program is for itself: those of headgate. */
export const programIds = (): { readonly uid: number; readonly gid: number } => ({
  uid: process.getuid?.() ?? 0,
  gid: process.getgid?.() ?? 0,
});
