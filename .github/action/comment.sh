#!/usr/bin/env bash
# Writes a report as a comment on a pull request. A later report replaces the earlier one.
# Usage: comment.sh API REPOSITORY NUMBER KEY REPORT, with the token in TOKEN. KEY keeps the comments
# of several workflows apart.
set -euo pipefail
api=$1 repository=$2 number=$3 key=$4 report=$5
marker="<!-- eks-scaling: $key -->"
# GitHub takes 65,536 characters.
limit=60000

call() {
  curl --fail --silent --show-error --retry 3 --header "Authorization: Bearer $TOKEN" --header "Accept: application/vnd.github+json" "$@"
}

body=$(mktemp)
trap 'rm -f "$body"' EXIT
jq --null-input --rawfile text "$report" --arg marker "$marker" --argjson limit "$limit" '
  {body: ($marker + "\n" + if ($text | length) > $limit then $text[:$limit] + "\n``````\n\nThe rest is in the log of the job." else $text end)}' >"$body"

page=1 comment=
while [ -z "$comment" ]; do
  comments=$(call "$api/repos/$repository/issues/$number/comments?per_page=100&page=$page")
  comment=$(jq --raw-output --arg marker "$marker" 'map(select(.body // "" | startswith($marker)))[0].url // empty' <<<"$comments")
  if [ "$(jq length <<<"$comments")" -lt 100 ]; then break; fi
  page=$((page + 1))
done
if [ -n "$comment" ]; then
  call --request PATCH --data @"$body" "$comment" >/dev/null
else
  call --request POST --data @"$body" "$api/repos/$repository/issues/$number/comments" >/dev/null
fi
