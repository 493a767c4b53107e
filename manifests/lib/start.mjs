// @ts-check
/** Runs the policy in POLICY with what it imports, the text in LIBRARY: a sandbox shows a program the folder of its manifest alone. */
const { LIBRARY = '', POLICY = '' } = process.env;
const alone = POLICY.replaceAll(/^import [^;]* from '\.\.\/lib\/[^']*';$/gm, '');
try {
  await import('data:text/javascript,' + encodeURIComponent(LIBRARY + alone));
} catch (error) {
  // Not the error itself: it would show the whole text.
  console.error(String(error));
  process.exit(1);
}
