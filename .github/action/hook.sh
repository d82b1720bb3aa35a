#!/usr/bin/env bash
# Validates configurations before a commit, with the tool of the release that pre-commit has checked out. The first call downloads
# it, unless EKS_SCALING names a tool.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tool=${EKS_SCALING:-}
if [ -z "$tool" ]; then
  # shellcheck disable=SC2046 # a list of names. git commit sets some of them, for the repository of the commit
  unset $(git rev-parse --local-env-vars)
  commit=$(git -C "$here" rev-parse HEAD)
  folder="$here/../../build/hook/$commit"
  tool="$folder/eks-scaling"
  if [ ! -e "$tool" ] && [ ! -e "$tool.exe" ]; then
    origin=$(git -C "$here" remote get-url origin)
    # The clone of pre-commit has no tags.
    version=$(git -C "$here" ls-remote --tags origin 'v*.*.*' |
      awk -v commit="$commit" '$1 == commit && !found { found = 1; sub("^refs/tags/", "", $2); sub("\\^\\{\\}$", "", $2); print $2 }')
    if [ -z "$version" ]; then
      echo "eks-scaling: rev is not a release: set it to one, for example v1.2.3, or set EKS_SCALING to an installed tool" >&2
      exit 1
    fi
    "$here/install.sh" "${origin%.git}/releases/download" "$version" "$folder"
  fi
fi
exec "$tool" validate "$@"
