/** What Compose makes of a text when nobody sets a variable. */

/** A variable without a default stays as `${NAME}`: what it will hold is not known. */
export function interpolate(text: string): string {
  if (!text.includes('$')) return text;
  return text.replace(
    /\$(?:\$|\{([A-Za-z_]\w*)(?:(:?[-?])([^}]*))?\})/g,
    (whole, name?: string, how?: string, rest?: string) => {
      if (whole === '$$') return '$';
      return how === ':-' || how === '-' ? (rest ?? '') : `\${${name}}`;
    },
  );
}
