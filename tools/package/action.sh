#!/usr/bin/env bash
# What the GitHub Action (action.yml) runs: `dedup clean` with the inputs of the action, which are variables here.
# Its exit status is that of dedup. The report goes to the log, and to the summary of the job.
set -uo pipefail

arguments=()
add_lines() { # each line of a text that is not blank becomes an argument
  local line
  while IFS= read -r line; do
    if [ -n "${line//[[:space:]]/}" ]; then arguments+=("$line"); fi
  done <<<"$1"
}

add_lines "$INPUTS"
arguments+=(--output "$OUTPUT")
if [ -n "${LEDGER:-}" ]; then arguments+=(--ledger "$LEDGER"); fi
if [ -n "${REPORT:-}" ]; then arguments+=(--report "$REPORT"); fi
if [ -n "${FAIL_OVER:-}" ]; then arguments+=(--fail-over "$FAIL_OVER"); fi
add_lines "${ARGUMENTS:-}"

report=$(mktemp)
dedup clean "${arguments[@]}" | tee "$report"
status=${PIPESTATUS[0]}
echo "status=$status" >>"$GITHUB_OUTPUT"
{
  printf '## dedup: exit status %s\n\n' "$status"
  sed 's/^/    /' "$report" # as code: no text of an article is read as Markdown
} >>"$GITHUB_STEP_SUMMARY"
rm "$report"
exit "$status"
