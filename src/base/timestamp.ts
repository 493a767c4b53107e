/** Points in time as people write them: RFC 3339, with the zone said. */

const form = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;
export const timestampForm = form.source;

/** Milliseconds since 1970, UTC; undefined for what is no point in time. */
export function timestampOf(text: string): number | undefined {
  const found = form.exec(text);
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const [, hours = '0', minutes = '0'] = /^[+-](\d{2}):(\d{2})$/.exec(found[7] ?? '') ?? [];
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const at = Date.parse(text.toUpperCase());
  return Number.isNaN(at) ? undefined : at;
}

const daysIn = (year: number, month: number): number => {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
};
