#!/usr/bin/env bash
# Validates configurations before a commit, with the tool of the release whose tag pre-commit has checked out. The first call
# downloads it, unless EKS_SCALING names a tool.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tool=${EKS_SCALING:-}
if [ -z "$tool" ]; then
  if ! version=$(git -C "$here" describe --tags --exact-match 2>/dev/null); then
    echo "eks-scaling: rev is not a release: set it to one, for example v1.2.3, or set EKS_SCALING to an installed tool" >&2
    exit 1
  fi
  folder="$here/../../build/hook/$version"
  tool="$folder/eks-scaling"
  if [ ! -e "$tool" ] && [ ! -e "$tool.exe" ]; then
    origin=$(git -C "$here" remote get-url origin)
    "$here/install.sh" "${origin%.git}/releases/download" "$version" "$folder"
  fi
fi
exec "$tool" validate "$@"
