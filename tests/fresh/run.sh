#!/usr/bin/env bash
# Runs the README's two commands in fresh Debian systems: `./dev demo` and `./dev test`, in a clone
# of HEAD, with nothing installed but git, sudo and certificates. Needs root, mmdebstrap and about
# 10 GB below build/fresh. docs/install.md says what it measures.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

usage() {
  cat <<'TEXT'
usage: ./dev test-fresh [--as ACCOUNT]... [--keep] [SUITE...]
       ./dev test-fresh --enter SUITE [COMMAND...]

Suites are Debian's: bookworm and trixie, unless named. The accounts of a suite take turns in one
system and one clone; the first of them installs and builds:

  user       an ordinary user who may use sudo; when all is installed, a part again without a network
  root       root
  container  root in a container with the rights that engines give by default

Unless named they are user, root, container. The system of a suite that passes is removed, unless
--keep is given. --enter runs a command, or a shell, as the ordinary user in one that was left.
TEXT
}

# Tests of tools that ask registries for packages that they do not find.
uses_registries='nextest_runs|recipes|vitest_running|test_packages|test_users|Consumer'
place=$PWD/build/fresh
clone=/srv/offload # inside
person=tester

fail() {
  echo "test-fresh: $*" >&2
  exit 1
}

# Settings by which this machine reaches the network; the files they name are brought along.
network_settings() {
  env | grep -E -i '^([a-z]+_proxy|[A-Z_]+_(CERT|CERTS|CA_BUNDLE|CAINFO)|SSL_CERT_FILE)=' || true
}

# make_system SUITE: a Debian system of the smallest kind, and the clone.
make_system() {
  local root=$place/$1 setting file
  remove_system "$1"
  mkdir -p "$root"
  mmdebstrap --quiet --mode=root --variant=minbase \
    --include=git,sudo,ca-certificates "$1" "$root" >&2
  cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
  while IFS= read -r setting; do
    file=${setting#*=}
    [ ! -f "$file" ] || install -D -m 644 "$file" "$root$file"
  done < <(network_settings)
  chroot "$root" useradd --create-home --shell /bin/bash "$person"
  echo "$person ALL=(ALL) NOPASSWD: ALL" >"$root/etc/sudoers.d/$person"
  git clone --quiet --no-local "file://$PWD" "$root$clone"
  git -C "$root$clone" checkout --quiet --detach "$revision"
}

remove_system() {
  rm -rf --one-file-system "${place:?}/$1"
}

# Makes a folder the root of a new mount namespace, and becomes a command in it. sudo works there,
# since nothing forbids new privileges, and so do user namespaces, which a bare chroot does not have.
# shellcheck disable=SC2016
enter='
  root=$1; shift
  mount --bind "$root" "$root"
  cd "$root"
  mount -t proc proc proc
  mount --rbind /dev dev
  mount --rbind /sys sys
  mount -t tmpfs tmpfs run
  ip link set lo up || true
  mkdir -p mnt
  pivot_root . mnt
  umount -l /mnt
  exec "$@"
'

# inside SUITE ACCOUNT COMMAND...: runs it in the clone; what it starts ends with it.
inside() {
  local root=$place/$1 account=$2 namespaces=() rights=() home=/root name=root
  shift 2
  case $account in
    user | offline)
      [ "$account" = user ] || namespaces=(--net)
      rights=(setpriv "--reuid=$person" "--regid=$person" --init-groups)
      home=/home/$person name=$person
      ;;
    container)
      # The capabilities of Docker's containers.
      local kept=+chown,+dac_override,+fowner,+fsetid,+kill,+mknod,+net_bind_service,+setfcap
      kept+=,+setgid,+setpcap,+setuid,+sys_chroot
      rights=(perl "$clone/tests/fresh/like_docker.pl"
        setpriv "--bounding-set=-all,$kept" --inh-caps=-all)
      ;;
  esac
  local settings
  # shellcheck disable=SC2016
  local go='cd "$1" && shift && exec "$@"'
  mapfile -t settings < <(network_settings)
  unshare "${namespaces[@]}" --mount --pid --ipc --uts --fork --kill-child --propagation private \
    sh -ec "$enter" enter "$root" "${rights[@]}" \
    env -i "HOME=$home" "USER=$name" "LOGNAME=$name" "TERM=${TERM:-dumb}" LANG=C.UTF-8 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${settings[@]}" \
    bash -c "$go" bash "$clone" "$@"
}

megabytes() {
  du -sm --one-file-system "$1" | cut -f1
}

failed=()
report=()

# step SUITE ACCOUNT NAME COMMAND...: runs a command, keeps its output, and adds a closing line.
step() {
  local suite=$1 account=$2 name=$3
  local log=$place/$suite-$account-$name.log times=$place/$suite.times status=passed before
  shift 3
  before=$(megabytes "$place/$suite")
  local TIMEFORMAT='%R %U %S'
  echo "test-fresh: $suite as $account: $* (output in ${log#"$PWD/"})" >&2
  { time inside "$suite" "$account" "$@" >"$log" 2>&1 </dev/null; } 2>"$times" ||
    { status=FAILED && failed+=("$suite") && tail -40 "$log" >&2; }
  # A build is without warnings, of the compiler and of CMake.
  ! grep -E 'warning: |CMake Warning' "$log" >&2 || { status=FAILED && failed+=("$suite"); }
  local real user system
  read -r real user system < <(tail -1 "$times")
  report+=("$(printf '%-9s %-10s %-5s %s: %.0f s, %.0f s of processor time, %d MB more' \
    "$suite" "$account" "$name" "$status" "$real" "$(echo "$user $system" | awk '{print $1 + $2}')" \
    $(($(megabytes "$place/$suite") - before)))")
  report+=("$(grep -E '% tests passed|^  (Total|Passed|Failed): |^dev: left out' \
    "$log" | sed 's/^ */    /')")
  echo "${report[-2]}" >&2
}

# try_account SUITE ACCOUNT: the clone is that account's, then the two commands.
try_account() {
  local owner=root
  [ "$2" != user ] || owner=$person
  chroot "$place/$1" chown -R "$owner:" "$clone"
  step "$1" "$2" demo ./dev demo
  step "$1" "$2" test ./dev test
  [ "$2" != user ] || step "$1" offline test ./dev test -R "$uses_registries"
}

main() {
  local accounts=() suites=() keep=0 suite account
  while [ $# -gt 0 ]; do
    case $1 in
      --as)
        [[ ${2:-} =~ ^(user|root|container)$ ]] || fail "--as takes user, root or container"
        accounts+=("$2")
        shift
        ;;
      --keep) keep=1 ;;
      --enter)
        [ -d "$place/${2:?a suite}" ] || fail "there is no system in $place/$2"
        suite=$2
        shift 2
        [ $# -gt 0 ] || set -- bash
        inside "$suite" user "$@"
        exit
        ;;
      -h | --help)
        usage
        exit
        ;;
      -*) fail "there is no option $1 (--help lists them)" ;;
      *) suites+=("$1") ;;
    esac
    shift
  done
  [ ${#accounts[@]} -gt 0 ] || accounts=(user root container)
  [ ${#suites[@]} -gt 0 ] || suites=(bookworm trixie)
  [ "$(id -u)" -eq 0 ] || fail "needs root: mounts and accounts are made"
  mkdir -p "$place"
  revision=$(git rev-parse HEAD) # HEAD may move on while this runs

  for suite in "${suites[@]}"; do
    make_system "$suite"
    for account in "${accounts[@]}"; do
      try_account "$suite" "$account"
    done
    [[ " ${failed[*]} " == *" $suite "* ]] || [ "$keep" -eq 1 ] || remove_system "$suite"
  done
  echo "test-fresh: ${revision:0:7} in fresh systems"
  printf '%s\n' "${report[@]}"
  [ ${#failed[@]} -eq 0 ]
}

# Read to its end before it begins: the working tree may change while this runs.
main "$@"; exit
