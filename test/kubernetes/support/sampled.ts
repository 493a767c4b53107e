/** In CI some cases stand for others like them; `HEADGATE_WHOLE=1` does them all, and so does a run by hand. */
export const isSampled: boolean = process.env['CI'] === '1' && process.env['HEADGATE_WHOLE'] !== '1';
