#!/bin/sh
# Makes an image with node in it, that of this machine with the libraries it needs, and one with HAProxy, of Debian packages. $1, $2: their names.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Copies programs with all they are linked to into the folder $1.
install_into() {
  to=$1
  shift
  mkdir -p "$to"
  for program; do
    cp --parents -L "$program" "$to"
    ldd "$program" 2>/dev/null | grep -o '/[^ ]*' | xargs -r cp --parents -Lt "$to"
  done
}

# /bin may be a link to /usr/bin, and is in the image what it is here.
skeleton() {
  mkdir -p "$1/usr/bin" "$1/usr/lib" "$1/usr/lib64" "$1/tmp"
  chmod 1777 "$1/tmp"
  for name in bin lib lib64; do ln -sfn "usr/$name" "$1/$name"; done
}

image() { tar -c -C "$1" . | docker import -c 'ENV PATH=/usr/bin:/usr/sbin' - "$2"; }

skeleton "$work/node"
node=$(node -p process.execPath)
install_into "$work/node" "$node" /usr/bin/dash /usr/bin/cat /usr/bin/env
[ -e "$work/node/usr/bin/node" ] || ln -s "$node" "$work/node/usr/bin/node"
ln -sf dash "$work/node/usr/bin/sh"
image "$work/node" "$1"

skeleton "$work/gate"
mkdir "$work/packages"
(cd "$work/packages" && apt-get download -q haproxy libc6 libcap2 libcrypt1 libgcc-s1 libgcrypt20 libgpg-error0 liblua5.3-0 liblz4-1 liblzma5 \
  libopentracing-c-wrapper0 libopentracing1 libpcre2-8-0 libssl3 libstdc++6 libsystemd0 libzstd1 zlib1g dash > /dev/null)
for package in "$work/packages"/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x -C "$work/gate" --keep-directory-symlink --exclude=./usr/share
done
ln -sf dash "$work/gate/usr/bin/sh"
image "$work/gate" "$2"
