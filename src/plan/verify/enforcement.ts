/** What a matrix of edges and non-edges has to show: one table, for whoever makes one and for whoever verifies it. */

/** A row: what was tried from the place of a component, and what was found. See `Tried` for the words. */
export interface MatrixRow {
  readonly from: string;
  readonly what: string;
  readonly target: string;
  readonly found: string;
}

/** Whether what was found is what the plan says. */
export function holds({ what, found }: Pick<MatrixRow, 'what' | 'found'>): boolean {
  switch (what) {
    case 'edge':
      return found === 'open';
    // Nobody provides it any more, and whoever asks is let go.
    case 'ended-edge':
      return found !== 'open';
    // It leads out of the scenario, where nobody may be.
    case 'external-edge':
      return found === 'open' || found === 'closed';
    // Whether anybody answers there is not for the plan to say; that it was let through is.
    case 'egress':
      return /^status \d{3}$/.test(found) && found !== 'status 403';
    case 'other-egress':
      return found === 'status 403';
    default:
      return found === 'own' || found.startsWith('refused ');
  }
}

export const expected = (what: string): string =>
  what === 'edge' || what === 'egress' || what === 'external-edge' ? 'reached' : 'refused';
