/** Help that proposes a name which is nearly the one that was typed. */

/** A name the author may have meant, when one is close enough. */
export interface Near {
  readonly near?: string | undefined;
}

export const proposal = (a: Near, otherwise: string, write: (name: string) => string = (name) => name): string =>
  a.near === undefined ? otherwise : `did you mean \`${write(a.near)}\`? Otherwise ${otherwise}`;
