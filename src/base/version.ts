declare const HEADGATE_VERSION: string;

/** Put in by the build from package.json. */
export const version: string = typeof HEADGATE_VERSION === 'string' ? HEADGATE_VERSION : '0.0.0';
