# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# usage: sh offload_ctest.sh list BUILD_DIR COMMAND...
#        sh offload_ctest.sh run PATTERNS BUILD_DIR COMMAND...
#
# Starts ctest on the tests of BUILD_DIR, but in a folder of its own beside this script. There it
# leaves what it would leave in BUILD_DIR/Testing: several at once do not disturb each other, and
# what `ctest --rerun-failed` knows is what the user's own ctest has found out.
set -f
do=$1
shift
if [ "$do" = run ]; then
  patterns=$1
  shift
fi
build=$1
shift

if ! from=$(cd -- "$build" 2>/dev/null && pwd); then
  echo "there is no folder \`$build\` in $(pwd)" >&2
  exit 2
fi
if [ ! -f "$from/CTestTestfile.cmake" ]; then
  echo "there is no CTestTestfile.cmake in $from" >&2
  exit 2
fi

own=${0%/*}/ctest-$$
mkdir -p -- "$own" || exit
printf 'subdirs([==[%s]==])\n' "$from" >"$own/CTestTestfile.cmake" || exit
# The project's time limit, and what it says in CTestCustom.cmake, are looked for there, too.
printf 'include([==[%s/CTestCustom.cmake]==] OPTIONAL)\n' "$from" >"$own/CTestCustom.cmake"
if [ -f "$from/DartConfiguration.tcl" ]; then
  ln -sf -- "$from/DartConfiguration.tcl" "$own/DartConfiguration.tcl"
fi

if [ "$do" = list ]; then
  pwd
  "$@" --test-dir "$own" || exit
  # Tests that have no command in this configuration are not in the JSON text, and fail in ctest.
  one_configuration='^CMAKE_GENERATOR:INTERNAL=\(Ninja\|.* Makefiles\)$'
  if grep -q "$one_configuration" "$from/CMakeCache.txt" 2>/dev/null; then
    exit
  fi
  printf "\n--- all tests ---\n"
  for word; do
    shift
    [ "$word" != --show-only=json-v1 ] || word=-N
    set -- "$@" "$word"
  done
  exec "$@" --test-dir "$own"
fi

# In one stream, so that ctest's complaint about a test comes before its result.
exec 2>&1
IFS='
'
set -- "$@" --test-dir "$own" -R
while [ "${patterns#*
}" != "$patterns" ]; do
  pattern=${patterns%%
*}
  patterns=${patterns#*
}
  "$@" "$pattern"
  status=$?
  [ "$status" -le 128 ] || kill -s "$((status - 128))" $$
  [ "$status" -eq 0 ] || failed=$status
done
if [ -z "${failed:-}" ]; then
  exec "$@" "$patterns"
fi
"$@" "$patterns"
status=$?
[ "$status" -eq 0 ] && status=$failed
exit "$status"
