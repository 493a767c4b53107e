#!/bin/sh
# Makes what the example works on: a repository, and a working tree of it beside it. Neither can be a part of this checkout.
set -eu
cd "$(dirname "$0")"
if [ -e repository ] || [ -e tree ]; then
  echo "make-source.sh: repository or tree is there already; remove both to begin anew" >&2
  exit 1
fi
git init --quiet --initial-branch=main repository
cd repository
git config user.name example
git config user.email example@example.com
printf 'line 1\nline 2\n' > notes.txt
printf 'to be removed\n' > draft.txt
printf '*.log\n' > .gitignore
git add --all
git commit --quiet --message 'The beginning'
git worktree add --quiet -b work ../tree
printf 'ignored, and stays here\n' > ../tree/own.log
