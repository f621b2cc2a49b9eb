# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# The sandbox's end of artifacts: tells which files a batch has written, and sends them as text.
# It needs a POSIX shell, find, base64 and tr.
#
#   sh offload_artifacts.sh run MARK PROGRAM ARGUMENT...   renews the mark, and becomes the program
#   sh offload_artifacts.sh mark MARK                      renews the mark
#   sh offload_artifacts.sh send MARK BYTES EXPRESSION...  sends the files below the working folder
#       that find's EXPRESSION selects and that are newer than the mark; renews the mark
#
# A mark is a file. Why not a listing before and after a batch: no tool that is everywhere prints
# times in full, and a project's whole tree would have to be gone through once more.
#
# The output:
#
#   offload-artifacts      a line; what comes before it is of no interest
#   n ./a/name             a line a file: a name of printable ASCII characters,
#   b LmEvYm5hbWU=         or any name in base64
#   ...                    the file in base64, in lines of any length
#   . or !                 it was read to its end, or cannot be read
#   l n ./a/name           instead: a file of more than BYTES bytes, which is not sent
#   offload-end            a line

# The kernel gives times to files in steps of some milliseconds, and the find of BusyBox compares
# whole seconds. Once a file that is made now is newer than the mark, all that is written from here
# on is, and nothing that was written before.
settle() {
  mv -f "$mark.new" "$mark" || return
  tries=0
  while [ "$tries" -lt 80 ]; do
    rm -f "$mark.now"
    true 2>/dev/null >"$mark.now"
    [ -n "$(find "$mark.now" -newer "$mark" 2>/dev/null)" ] && break
    tries=$((tries + 1))
    [ "$tries" -lt 30 ] || sleep 0.05 2>/dev/null || sleep 1
  done
  rm -f "$mark.now"
}

renew() {
  rm -f "$mark.new"
  true 2>/dev/null >"$mark.new"
}

say_name() {
  case $1 in
    *[!\ -~]*) printf 'b %s\n' "$(printf %s "$1" | base64 | tr -d '\n')" ;;
    *) printf 'n %s\n' "$1" ;;
  esac
}

what=$1
mark=$2
shift 2
case $what in
  run)
    renew && settle
    exec "$@"
    ;;
  mark)
    renew && settle
    ;;
  send)
    LC_ALL=C
    export LC_ALL
    for needed in find base64 tr; do
      command -v "$needed" >/dev/null || { echo "there is no $needed in the sandbox" >&2; exit 1; }
    done
    [ -e "$mark" ] || { echo "there is no file $mark: it is made before a batch" >&2; exit 1; }
    # The time of the last change, where find knows it, is nothing that a program can set: cp -p
    # and tar give files an old time of writing.
    newer=-newer
    find "$mark" -cnewer "$mark" >/dev/null 2>&1 && newer=-cnewer
    bytes=$1
    shift
    renew
    echo offload-artifacts
    # BusyBox does nothing for an `-exec ... +` between parentheses.
    find . "$@" "$newer" "$mark" -size "+${bytes}c" -exec sh "$0" large "$mark" {} + \
      -o "$@" "$newer" "$mark" -exec sh "$0" small "$mark" {} + 2>/dev/null
    settle
    echo offload-end
    ;;
  large)
    for file do
      printf 'l '
      say_name "$file"
    done
    ;;
  small)
    for file do
      say_name "$file"
      if base64 <"$file"; then echo .; else echo !; fi
    done
    ;;
esac
