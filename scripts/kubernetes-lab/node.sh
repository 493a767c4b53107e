#!/usr/bin/env bash
# The first process of the lab, in namespaces of its own for processes, mounts and network: when it ends, all that it started ends, and its
# mounts and devices are gone with it. It makes the network, starts the parts of a node in order and brings back what ends. $1: the lab's
# folder. $2: the folder of what was built. $3: the name of its control groups.
set -euo pipefail

lab=$1
built=$2
groups=$3
export PATH=$built:/usr/sbin:/usr/bin:/sbin:/bin
logs=$lab/logs
node=10.123.0.2
node6=fd00:10:123::2
pods=10.124.0.0/16,fd00:10:124::/56
services=10.125.0.0/16,fd00:10:125::/112
api=https://127.0.0.1:6443

# Who starts this writes down which process it is; should it have been killed before that, nobody could end the lab.
for _ in $(seq 100); do [ -f "$lab/processes" ] && break; sleep 0.1; done
[ -f "$lab/processes" ] || exit 1

# --- what is seen of the machine: its files, but for these.
mkdir -p "$lab"/{lib,pki,conf,cni,sysctl} "$logs/node"
mount -t tmpfs -o mode=755 lab /run
mount --bind "$lab/lib" /var/lib
mount --bind "$logs/node" /var/log
mkdir -p /run/lock /run/pids /var/lib/kubelet /var/lib/containerd /var/log/pods
# The kubelet sets these, and they are the whole machine's: it finds what it wants there, and writes nothing.
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  file=$lab/sysctl/$(tr / . <<< "${setting%=*}")
  printf '%s\n' "${setting#*=}" > "$file"
  mount --bind "$file" "/proc/sys/${setting%=*}"
done
mount --make-rshared /

# --- control groups: one by this name in every hierarchy, and all pods below it.
for hierarchy in /sys/fs/cgroup/*/ /sys/fs/cgroup/; do
  [ -f "$hierarchy/cgroup.procs" ] || continue
  if [ -f "$hierarchy/cgroup.subtree_control" ] && [ "$hierarchy" = /sys/fs/cgroup/ ]; then
    for controller in $(cat "$hierarchy/cgroup.controllers"); do echo "+$controller" > "$hierarchy/cgroup.subtree_control" 2>/dev/null || true; done
  fi
  mkdir -p "$hierarchy/$groups"
  for file in cpuset.cpus cpuset.mems; do
    [ -f "$hierarchy/$file" ] && [ -f "$hierarchy/$groups/$file" ] && cat "$hierarchy/$file" > "$hierarchy/$groups/$file" 2>/dev/null || true
  done
done

# --- the network: loopback, and the node's address on a cable that ends here too. There is no way out.
ip link set lo up
ip link add name node0 type veth peer name node1
ip address add "$node/24" dev node0
ip address add "$node6/64" dev node0 nodad
ip link set node0 up
ip link set node1 up
ip route add default via 10.123.0.1 dev node0
ip -6 route add default via fd00:10:123::1 dev node0
for setting in net/ipv4/ip_forward net/ipv6/conf/all/forwarding net/bridge/bridge-nf-call-iptables net/bridge/bridge-nf-call-ip6tables; do
  [ -e "/proc/sys/$setting" ] && echo 1 > "/proc/sys/$setting"
done

# --- keys, and a file for each who talks to the API.
cd "$lab/pki"
key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
key ca
openssl req -x509 -new -key ca.key -subj /CN=headgate-kubernetes-lab -days 30 -out ca.crt
signed() { # file, subject, extensions
  key "$1"
  openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -extfile <(printf '%s\n' "$3") -out "$1.crt" 2>/dev/null
}
names=DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,DNS:localhost
signed apiserver /CN=kube-apiserver "subjectAltName=$names,IP:127.0.0.1,IP:$node,IP:$node6,IP:10.125.0.1,IP:fd00:10:125::1"
signed apiserver-kubelet /O=system:masters/CN=kube-apiserver-kubelet extendedKeyUsage=clientAuth
signed kubelet "/O=system:nodes/CN=system:node:node" "subjectAltName=DNS:node,IP:$node,IP:$node6"
openssl genrsa -out accounts.key 2048 2>/dev/null
: > tokens.csv
account() { # file, user, group
  local token
  token=$(openssl rand -hex 24)
  printf '%s,%s,%s,"%s"\n' "$token" "$2" "$2" "$3" >> tokens.csv
  cat > "$lab/conf/$1.kubeconfig" <<EOF
apiVersion: v1
kind: Config
clusters: [{ name: lab, cluster: { server: "$api", certificate-authority-data: $(base64 -w 0 ca.crt) } }]
users: [{ name: lab, user: { token: $token } }]
contexts: [{ name: lab, context: { cluster: lab, user: lab } }]
current-context: lab
EOF
}
account admin admin system:masters
account controller-manager system:kube-controller-manager ''
account scheduler system:kube-scheduler ''
account proxy system:kube-proxy ''
account router kube-router system:masters
account kubelet system:node:node system:nodes

# --- configuration.
cat > "$lab/conf/containerd.toml" <<EOF
version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.opt"]
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  sandbox_image = "headgate.test/pause:1"
  netns_mounts_under_state_dir = true
[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "/usr/lib/cni"
  conf_dir = "$lab/cni"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  SystemdCgroup = false
EOF
cat > "$lab/cni/lab.conflist" <<EOF
{ "cniVersion": "0.4.0", "name": "lab", "plugins": [{
  "type": "bridge", "bridge": "pods0", "isGateway": true, "ipMasq": false, "hairpinMode": true,
  "ipam": { "type": "host-local", "dataDir": "/run/cni",
    "ranges": [[{ "subnet": "10.124.0.0/24" }], [{ "subnet": "fd00:10:124::/64" }]],
    "routes": [{ "dst": "0.0.0.0/0" }, { "dst": "::/0" }] } }] }
EOF
cat > "$lab/conf/kubelet.yaml" <<EOF
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
failSwapOn: false
cgroupDriver: cgroupfs
cgroupRoot: /$groups
enforceNodeAllocatable: []
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
resolvConf: /dev/null
clusterDNS: [10.125.0.10]
clusterDomain: cluster.local
authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: $lab/pki/ca.crt } }
authorization: { mode: Webhook }
tlsCertFile: $lab/pki/kubelet.crt
tlsPrivateKeyFile: $lab/pki/kubelet.key
imageGCHighThresholdPercent: 100
evictionHard: { memory.available: 50Mi, nodefs.available: 1%, imagefs.available: 1%, nodefs.inodesFree: 1% }
podLogsDir: /var/log/pods
volumePluginDir: /var/lib/kubelet/volumeplugins
EOF
cat > "$lab/conf/proxy.yaml" <<EOF
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: { kubeconfig: $lab/conf/proxy.kubeconfig }
hostnameOverride: node
mode: iptables
clusterCIDR: "$pods"
conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s }
EOF

# kube-router 2.1.0 cannot do both families at once. It makes sets of IPv6 addresses by the name `inet6:KUBE-…` and means them without `inet6:`
# in its rules (https://github.com/cloudnativelabs/kube-router/issues/1653): its rules are set right here. And what it does for one family
# puts back what it had saved of the other's sets: it is shown none, and leaves sets behind that no rule means.
mkdir -p "$lab/families"
cat > "$lab/families/ip6tables-restore" <<EOF
#!/bin/sh
sed 's/--match-set KUBE-/--match-set inet6:KUBE-/g' | $(command -v ip6tables-restore) "\$@"
EOF
cat > "$lab/families/ipset" <<EOF
#!/bin/sh
[ "\$1" = save ] || exec $(command -v ipset) "\$@"
EOF
chmod +x "$lab/families"/*

# --- the parts. What ends is started again, as an init would.
keep() { # name, command
  local name=$1
  shift
  (
    while :; do
      "$@" >> "$logs/$name.log" 2>&1 < /dev/null &
      echo $! > "/run/pids/$name"
      status=0
      wait $! || status=$?
      echo "$(date +%T) $name ended with $status" | tee -a "$logs/$name.log"
      sleep 0.5
    done
  ) &
}
soon() { # what, command: waits until it is so
  local what=$1
  shift
  for _ in $(seq 600); do
    "$@" > /dev/null 2>&1 && return
    sleep 0.2
  done
  echo "no $what after two minutes" >&2
  exit 1
}
keep etcd etcd --data-dir /run/etcd --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
  --listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380 --initial-cluster default=http://127.0.0.1:2380
keep containerd containerd --config "$lab/conf/containerd.toml"
keep kube-apiserver kube-apiserver --etcd-servers http://127.0.0.1:2379 --secure-port 6443 --advertise-address "$node" \
  --service-cluster-ip-range "$services" --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction --allow-privileged=true \
  --tls-cert-file apiserver.crt --tls-private-key-file apiserver.key --client-ca-file ca.crt --token-auth-file tokens.csv \
  --kubelet-client-certificate apiserver-kubelet.crt --kubelet-client-key apiserver-kubelet.key --kubelet-certificate-authority ca.crt \
  --kubelet-preferred-address-types InternalIP --service-account-key-file accounts.key --service-account-signing-key-file accounts.key \
  --service-account-issuer https://kubernetes.default.svc.cluster.local
admin() { kubectl --kubeconfig "$lab/conf/admin.kubeconfig" "$@"; }
soon containerd ctr -a /run/containerd/containerd.sock version
ctr -a /run/containerd/containerd.sock -n k8s.io images import "$lab/pause.tar"
ctr -a /run/containerd/containerd.sock -n k8s.io images import "$lab/coredns.tar"
soon 'API server' admin get --raw /readyz
keep kube-controller-manager kube-controller-manager --kubeconfig "$lab/conf/controller-manager.kubeconfig" --leader-elect=false \
  --bind-address 127.0.0.1 --root-ca-file ca.crt --service-account-private-key-file accounts.key --use-service-account-credentials=true \
  --allocate-node-cidrs=true --cluster-cidr "$pods" --service-cluster-ip-range "$services" --node-cidr-mask-size-ipv4 24 --node-cidr-mask-size-ipv6 64
keep kube-scheduler kube-scheduler --kubeconfig "$lab/conf/scheduler.kubeconfig" --leader-elect=false --bind-address 127.0.0.1
keep kubelet kubelet --config "$lab/conf/kubelet.yaml" --kubeconfig "$lab/conf/kubelet.kubeconfig" --hostname-override node --node-ip "$node,$node6"
keep kube-proxy kube-proxy --config "$lab/conf/proxy.yaml"
soon node admin get node node
keep kube-router env PATH="$lab/families:$PATH" kube-router --run-router=false --run-service-proxy=false --run-firewall=true --health-port=0 --metrics-port=0 \
  --kubeconfig "$lab/conf/router.kubeconfig" --hostname-override node --enable-ipv4=true --enable-ipv6=true \
  --service-cluster-ip-range 10.125.0.0/16 --service-cluster-ip-range fd00:10:125::/112
soon 'ready node' admin wait --for condition=Ready --timeout 1s node/node
admin apply --server-side -f "$lab/conf/cluster.yaml"
soon 'name server' admin -n kube-system wait --for condition=Available --timeout 1s deployment/coredns
touch "$lab/ready"
wait
