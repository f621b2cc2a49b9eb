#!/usr/bin/env bash
# Runs the tests. Outputs how it went; flaky tests alone make the step exit as the workflow wishes.
set -uo pipefail

words=(-c "$OFFLOAD_CONFIG")
[ -z "$OFFLOAD_SHARD" ] || words+=(--shard "$OFFLOAD_SHARD")
# Words as a shell would have them, quotes included, but nothing is expanded or run.
mapfile -t more < <(xargs -r -n1 printf '%s\n' <<<"$OFFLOAD_ARGS")
when_flaky=$OFFLOAD_FLAKY_EXIT_CODE
unset OFFLOAD_CONFIG OFFLOAD_SHARD OFFLOAD_ARGS OFFLOAD_FLAKY_EXIT_CODE
if ! [[ $when_flaky =~ ^[0-9]+$ ]] || [ "$when_flaky" -gt 125 ]; then
  echo "::error title=Offload::flaky-exit-code is a number from 0 to 125, not $when_flaky"
  exit 1
fi

offload run "${words[@]}" "${more[@]}"
code=$?
outcome=failed
exits_with=$code
case $code in
  0) outcome=passed ;;
  2) outcome=flaky exits_with=$when_flaky ;;
esac
printf 'exit-code=%s\noutcome=%s\n' "$code" "$outcome" >>"$GITHUB_OUTPUT"
exit "$exits_with"
