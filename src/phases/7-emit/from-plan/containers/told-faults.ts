/** One slip may be at thousands of places. */
export const toldFaults = (faults: readonly string[]): string =>
  [...faults.slice(0, 10), ...(faults.length > 10 ? [`and ${faults.length - 10} more`] : [])].join('; ');
