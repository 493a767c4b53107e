#!/usr/bin/env bash
# The suite `kubernetes` for CI, which never builds a cluster: where one was built on this machine it runs, and where not it says so, loudly,
# and that is no failure. Arguments are those of vitest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if ! built=$(scripts/kubernetes-lab/build.sh --where); then
  printf '%s\n' '' \
    '!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!' \
    "!! DID NOT RUN: the suite kubernetes. There is no cluster in" \
    "!!   $built" \
    '!! What is emitted for Kubernetes was NOT tried in a cluster by this run.' \
    '!! `npm run test:kubernetes` builds one, once, and tries it.' \
    '!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!' ''
  exit 0
fi
scripts/kubernetes-lab/build.sh > /dev/null
exec npx vitest run --project kubernetes --no-file-parallelism "$@"
