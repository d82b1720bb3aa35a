#!/usr/bin/env bash
# Validates configurations and previews the coming week, as Markdown.
# Usage: report.sh REPORT PREVIEW FILE..., where PREVIEW is true or false. Ends with 1 if a file is invalid.
set -uo pipefail
report=$1 preview=$2
shift 2

# quote prints a file as a block of Markdown. The fence is longer than one in a configuration could be by chance.
# shellcheck disable=SC2016 # these backticks run nothing
quote() { printf '``````text\n%s\n``````\n' "$(cat "$1")"; }

output=$(mktemp)
trap 'rm -f "$output"' EXIT
status=0
eks-scaling validate "$@" >"$output" 2>&1 || status=1
{
  if [ "$status" = 0 ]; then echo "### EKS Scaling: valid"; else echo "### EKS Scaling: invalid"; fi
  echo
  quote "$output"
} >"$report"
if [ "$status" = 0 ] && [ "$preview" = true ]; then
  for file in "$@"; do
    eks-scaling preview --config "$file" >"$output" 2>&1 || status=1
    printf '\n<details><summary>The coming week of <code>%s</code></summary>\n\n%s\n\n</details>\n' "$file" "$(quote "$output")" >>"$report"
  done
fi
printf '\n<sub>%s</sub>\n' "$(eks-scaling --version)" >>"$report"
cat "$report"
exit "$status"
