#!/usr/bin/env bash
# Builds what a Kubernetes node is made of, once, into a folder outside of the checkout, and prints that folder. Sources come from the Go
# module proxy, held to the sums of source/*/go.sum; what Debian has comes from Debian. It takes twenty minutes or more on two cores.
#   --where  prints the folder and builds nothing: 0 where it is whole, 1 where it is not
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/source"

cache=${HEADGATE_KUBERNETES_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/headgate/kubernetes}
version=$(sed -n 's/^.*k8s\.io\/kubernetes \(v[0-9.]*\)$/\1/p' kubernetes/go.mod)
# Everything that decides what is built: a folder holds one build, and another is beside it.
key=$(find . -type f ! -name '.*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-12)
built=$cache/$version-$key
parts=(kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet kubectl)

if [ "${1:-}" = --where ]; then
  printf '%s\n' "$built"
  [ -f "$built/whole" ]
  exit
fi

packages() {
  local missing=()
  need() { command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }
  need etcd etcd-server
  need containerd containerd
  need runc runc
  need iptables iptables
  need nft nftables
  need ipset ipset
  need conntrack conntrack
  need ethtool ethtool
  need socat socat
  need ip iproute2
  need openssl openssl
  [ -x /usr/lib/cni/bridge ] || missing+=(containernetworking-plugins)
  [ ${#missing[@]} -eq 0 ] && return
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || { echo "missing: ${missing[*]}; run this as root, or install sudo" >&2; exit 1; }
    as_root=(sudo)
  fi
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -q -o DPkg::Lock::Timeout=300 >&2
  "${as_root[@]}" apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}" >&2
}
packages
if [ -f "$built/whole" ]; then
  printf '%s\n' "$built"
  exit
fi

command -v go >/dev/null 2>&1 || { echo 'go is missing: install Go 1.26 or newer, https://go.dev/dl' >&2; exit 1; }
mkdir -p "$cache"
# Two at a time would only take longer; the second finds what the first made.
exec 9> "$cache/building"
flock 9
if [ -f "$built/whole" ]; then
  printf '%s\n' "$built"
  exit
fi
# What a build that was killed left here.
rm -rf "$cache"/making-*
making=$(mktemp -d "$cache/making-XXXXXX")
trap 'rm -rf "$making"' EXIT
compile() { # folder, package, output, flags of the linker
  local started=$SECONDS
  (cd "$1" && CGO_ENABLED=0 nice -n 10 go build -p 2 -mod=readonly -trimpath -buildvcs=false -ldflags "-s -w ${4:-}" -o "$making/$3" "$2") >&2
  echo "$3: $((SECONDS - started)) s" >&2
}
names=k8s.io/component-base/version
compile kubernetes . kubernetes "-X $names.gitVersion=$version -X $names.gitMajor=1 -X $names.gitMinor=$(cut -d. -f2 <<< "$version")"
compile kube-router github.com/cloudnativelabs/kube-router/v2/cmd/kube-router kube-router
compile coredns . coredns
compile pause . pause
for part in "${parts[@]}"; do ln -s kubernetes "$making/$part"; done
touch "$making/whole"
chmod 755 "$making"
mv "$making" "$built"
printf '%s\n' "$built"
