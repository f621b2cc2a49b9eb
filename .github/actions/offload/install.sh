#!/usr/bin/env bash
# Puts `offload` in the PATH of the steps that follow: from OFFLOAD_PACKAGE, or as it is, or built
# from the sources around this file.
set -euo pipefail

package=$OFFLOAD_PACKAGE
unset OFFLOAD_PACKAGE
place=${RUNNER_TEMP:-/tmp}/offload-of-action

fail() {
  echo "::error title=Offload::$*"
  exit 1
}

# use FOLDER: the steps that follow find the offload of this folder first.
use() {
  "$1/offload" --version
  echo "$1" >>"$GITHUB_PATH"
}

case $package in
  http://* | https://*)
    mkdir -p "$place"
    name=${package%%[?#]*}
    file=$place/${name##*/}
    curl -fsSL --retry 3 -o "$file" "$package" || fail "cannot download $package"
    package=$file
    ;;
esac
case $package in
  '')
    if command -v offload >/dev/null; then
      use "$(dirname "$(command -v offload)")"
      exit 0
    fi
    sources=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
    echo "::group::Build Offload"
    "$sources/dev" build
    echo "::endgroup::"
    use "$sources/build/release"
    ;;
  *.whl)
    [ -f "$package" ] || fail "there is no file $package"
    python3 -m venv "$place"
    "$place/bin/python" -m pip install --quiet --disable-pip-version-check --no-index "$package"
    use "$place/bin"
    ;;
  *.deb)
    [ -f "$package" ] || fail "there is no file $package"
    sudo=$(command -v sudo || true)
    $sudo apt-get update -qq
    $sudo apt-get install -y -qq --no-install-recommends "$(realpath "$package")"
    use /usr/bin
    ;;
  *)
    fail "package is neither a .whl nor a .deb: $package"
    ;;
esac
