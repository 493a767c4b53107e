#!/usr/bin/env bash
# Installs kubernetes-validate, schemas of every version of Kubernetes with a validator, from PyPI into a virtual environment, once, and prints
# its folder.
set -euo pipefail

folder=${HEADGATE_KUBERNETES_SCHEMAS:-${XDG_CACHE_HOME:-$HOME/.cache}/headgate/kubernetes-schemas}
packages=(kubernetes-validate==1.37.0)

if [ "$(cat "$folder/installed" 2>/dev/null)" != "${packages[*]}" ]; then
  rm -rf "$folder"
  mkdir -p "$(dirname "$folder")"
  python3 -m venv "$folder" >&2
  "$folder/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}" >&2
  printf '%s\n' "${packages[*]}" > "$folder/installed"
fi
printf '%s\n' "$folder"
