#!/usr/bin/env bash
# Downloads the command line tool of a release into FOLDER, after comparing it with the release's checksums.
# Usage: install.sh DOWNLOADS VERSION FOLDER, where DOWNLOADS is the address above the version's folder.
set -euo pipefail
downloads=$1 version=$2 folder=$3

case $(uname -s) in
  Linux) os=linux ;;
  Darwin) os=darwin ;;
  MINGW* | MSYS* | CYGWIN*) os=windows ;;
  *) echo "eks-scaling: no release for $(uname -s)" >&2; exit 1 ;;
esac
case $(uname -m) in
  x86_64 | amd64) arch=amd64 ;;
  aarch64 | arm64) arch=arm64 ;;
  *) echo "eks-scaling: no release for the processor $(uname -m)" >&2; exit 1 ;;
esac
archive="eks-scaling_${version}_${os}_${arch}.tar.gz"
if [ "$os" = windows ]; then archive="${archive%.tar.gz}.zip"; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for file in checksums.txt "$archive"; do
  if ! curl --fail --silent --show-error --location --retry 3 --output "$work/$file" "$downloads/$version/$file"; then
    echo "eks-scaling: cannot download $downloads/$version/$file: check the version" >&2
    exit 1
  fi
done

want=$(awk -v name="$archive" '$2 == name { print $1 }' "$work/checksums.txt")
if command -v sha256sum >/dev/null; then found=$(sha256sum "$work/$archive"); else found=$(shasum -a 256 "$work/$archive"); fi
if [ -z "$want" ] || [ "$want" != "${found%% *}" ]; then
  echo "eks-scaling: $archive does not match checksums.txt; nothing was installed" >&2
  exit 1
fi

# An interrupted download leaves no half of a tool in the folder.
mkdir "$work/tool"
if [ "$os" = windows ]; then unzip -q -o "$work/$archive" -d "$work/tool"; else tar -xzf "$work/$archive" -C "$work/tool"; fi
mkdir -p "$(dirname "$folder")"
rm -rf "$folder" "$folder.part"
mv "$work/tool" "$folder.part"
mv "$folder.part" "$folder"
