#!/bin/sh
# Written by headgate. Prints what is in the cluster and no longer in these files: what an apply leaves behind.
#   sh prune.sh -n NAMESPACE             prints it
#   sh prune.sh --delete -n NAMESPACE    deletes it too
# What follows goes to kubectl. Claims are printed and never deleted: what is in them would be gone.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
delete=no
if [ "${1:-}" = --delete ]; then delete=yes; shift; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
label=app.kubernetes.io/managed-by=headgate
kinds=deployments.apps,jobs.batch,services,networkpolicies.networking.k8s.io,poddisruptionbudgets.policy,configmaps,secrets,serviceaccounts
kubectl apply --dry-run=client -k "$here" -o name "$@" | sort >"$work/wanted"
kubectl get "$kinds" -l "$label" -o name "$@" | sort >"$work/found"
kubectl get persistentvolumeclaims -l "$label" -o name "$@" | sort >"$work/claims"
comm -13 "$work/wanted" "$work/claims" | sed 's/$/ (kept)/'
comm -13 "$work/wanted" "$work/found" >"$work/left"
cat "$work/left"
if [ "$delete" = yes ] && [ -s "$work/left" ]; then xargs kubectl delete "$@" <"$work/left"; fi
