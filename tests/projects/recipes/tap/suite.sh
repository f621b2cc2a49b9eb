#!/bin/sh
# Runs checks and says in TAP how they end.
#
# usage: suite.sh --list      prints the names of all checks
#        suite.sh [NAME...]   runs these, or all
#
# A check is a script: 0 is a pass, 77 a skip, any other exit status a failure.
cd "$(dirname "$0")/checks" || exit

if [ "$1" = --list ]; then
  printf '%s\n' *
  exit
fi

[ $# -gt 0 ] || set -- *
echo "TAP version 14"
echo "1..$#"
number=0
failed=0
for check; do
  number=$((number + 1))
  name=$(printf '%s' "$check" | sed 's/[\\#]/\\&/g')
  echo "# Subtest: $name"
  said=$(sh "./$check" 2>&1)
  case $? in
    0) echo "ok $number - $name" ;;
    77) echo "ok $number - $name # SKIP $said" ;;
    *)
      echo "not ok $number - $name"
      printf '%s\n' "$said" | sed 's/^/# /'
      failed=1
      ;;
  esac
done
exit $failed
