#!/bin/sh
# Makes an image of what this machine has: busybox of Debian, and the Node that runs the tests with its libraries. $1: its name. $2: a folder to
# work in. $3: the user that it names, or nothing.
set -eu
mkdir -p "$2"
cd "$2"
if [ ! -d root ]; then
  mkdir -p packages root/bin root/tmp root/run root/var/tmp root/data root/etc root/usr/bin root/lib root/lib64 root/proc root/sys root/dev
  (cd packages && apt-get download -q busybox-static >/dev/null 2>&1 && dpkg-deb -x ./*.deb ../root)
  for name in sh cat ls sleep nc wget ip id touch dd grep env; do ln -sf busybox root/bin/$name; done
  ln -sf ../../bin/busybox root/usr/bin/env
  node=$(readlink -f "$(command -v node)")
  cp "$node" root/usr/bin/node
  ldd "$node" | grep -o '/[^ ]*' | while read -r library; do mkdir -p "root$(dirname "$library")"; cp -L "$library" "root$library"; done
  rm -rf root/usr/share
fi
user=${3:-}
if [ -n "$user" ]; then tar -C root -c . | docker import -c 'ENV PATH=/bin:/usr/bin' -c "USER $user" - "$1" >/dev/null
else tar -C root -c . | docker import -c 'ENV PATH=/bin:/usr/bin' -c 'ENV FROM_IMAGE=yes' - "$1" >/dev/null; fi
