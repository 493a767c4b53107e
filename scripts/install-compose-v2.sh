#!/usr/bin/env bash
# Builds Docker Compose 2, once, from the Go module that scripts/compose-v2 pins, into a folder outside of the checkout, and prints that folder,
# which DOCKER_CONFIG can be set to: `docker compose` finds its plugin there. It takes some two minutes and a half of one processor.
#   --where  prints the folder and builds nothing: 0 where it is whole, 1 where it is not
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/compose-v2"

cache=${HEADGATE_COMPOSE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/headgate/compose}
version=$(sed -n 's/^.*docker\/compose\/v2 \(v[0-9.]*\) .*$/\1/p' go.mod)
# Everything that decides what is built: a folder holds one build, and another is beside it.
key=$(cat go.mod go.sum | sha256sum | cut -c 1-12)
built=$cache/$version-$key
plugin=cli-plugins/docker-compose

if [ "${1:-}" = --where ]; then
  printf '%s\n' "$built"
  [ -x "$built/$plugin" ]
  exit
fi

if [ ! -x "$built/$plugin" ]; then
  command -v go >/dev/null 2>&1 || { echo 'go is missing: install Go 1.26 or newer, https://go.dev/dl' >&2; exit 1; }
  mkdir -p "$cache"
  # Two at a time would only take longer; the second finds what the first made.
  exec 9> "$cache/building"
  flock 9
fi
if [ ! -x "$built/$plugin" ]; then
  # What a build that was killed left here.
  rm -rf "$cache"/making-*
  making=$(mktemp -d "$cache/making-XXXXXX")
  trap 'rm -rf "$making"' EXIT
  started=$SECONDS
  CGO_ENABLED=0 GOFLAGS='' go build -mod=readonly -trimpath -buildvcs=false \
    -ldflags "-s -w -X github.com/docker/compose/v2/internal.Version=$version" \
    -o "$making/$plugin" github.com/docker/compose/v2/cmd >&2
  echo "Compose $version was built in $((SECONDS - started)) s" >&2
  chmod 755 "$making"
  rm -rf "$built"
  mv "$making" "$built"
fi
printf '%s\n' "$built"
