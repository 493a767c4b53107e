/**
 * What git is told in every sandbox: nothing is pushed, and repositories are reached as files alone. What keeps a program from other
 * machines is the network that it has not got; this makes git say so at once, and covers repositories that lie in the sandbox.
 */

/** git names it in its message: `transport '…' not allowed`. */
const name = 'git-push-is-refused-in-a-headgate-sandbox';

/**
 * For /etc/gitconfig, which is read wherever git is called from. A place to push to becomes one that no transport leads to; one that
 * is not rewritten, such as a `pushurl`, is a folder here, and what receives there shows no ref that could be changed.
 */
export const gitSettings: string = `[protocol]
	allow = never
[protocol "file"]
	allow = user
[url "${name}::"]
	pushInsteadOf = ""
[receive]
	hideRefs = refs
`;

/** Counts before anything that a repository's settings allow. */
export const gitVariables = { GIT_ALLOW_PROTOCOL: 'file' } as const;
