/** Reads what a server sent without trusting that it has any form. */
export type Fields = Readonly<Record<string, unknown>>;

export const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;

/** What lies below `names`, where there is an object for each of them. */
export function below(value: unknown, ...names: readonly string[]): Fields | undefined {
  let found = fieldsOf(value);
  for (const name of names) found = found && Object.hasOwn(found, name) ? fieldsOf(found[name]) : undefined;
  return found;
}

export const textIn = (fields: Fields | undefined, name: string): string | undefined => {
  const found = fields?.[name];
  return typeof found === 'string' ? found : undefined;
};

export const numberIn = (fields: Fields | undefined, name: string): number | undefined => {
  const found = fields?.[name];
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
};

export const flagIn = (fields: Fields | undefined, name: string): boolean | undefined => {
  const found = fields?.[name];
  return typeof found === 'boolean' ? found : undefined;
};

export const textsIn = (fields: Fields | undefined, name: string): readonly string[] | undefined => {
  const found = fields?.[name];
  return Array.isArray(found) && found.every((one) => typeof one === 'string') ? found : undefined;
};
