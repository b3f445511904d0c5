#!/usr/bin/env bash
# Makes the virtual environment VENV and installs exactly what LOCK pins, then this project itself.
#
#   PYTHON=python3 config/setup.sh VENV LOCK
#
# System packages come by apt-get where it may run (as root, or with a sudo that asks nothing), else the command is printed.
# Settings of pip (PIP_INDEX_URL, pip.conf …) are left alone and hold.
set -euo pipefail

python=${PYTHON:-python3} venv=$1 lock=$2

fail() { printf '\n%s\n' "$@" >&2; exit 1; }

check_machine() {
  local supported='import sys; sys.exit(sys.version_info < (3, 11) or sys.maxsize < 2**32 or sys.platform != "linux")'
  command -v "$python" >/dev/null || fail "Python is missing: expected $python, 3.11 or newer." \
    "Install it (apt-get install python3) or name another: make PYTHON=python3.12 …"
  "$python" -c "$supported" || fail "Expected Python 3.11 or newer on 64-bit Linux; got $("$python" -VV), $(uname -sm)." \
    "Name another Python if there is one: make PYTHON=python3.12 …"
}

# Debian keeps pip's bootstrap for `venv` in a package of its own.
venv_package() { "$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'; }

missing_system_packages() {
  [ -x "$venv/bin/pip" ] || "$python" -c 'import ensurepip' 2>/dev/null || venv_package
  "$python" -c 'import ctypes; ctypes.CDLL("libzbar.so.0")' 2>/dev/null || echo libzbar0
  # The tests of the kiosk's pages want a real browser, letters for it, and what its driver is linked with.
  [[ $lock != *-dev.lock ]] || command -v chromium >/dev/null || printf '%s\n' chromium fonts-dejavu-core
  [[ $lock != *-dev.lock ]] || "$python" -c 'import ctypes; ctypes.CDLL("libatomic.so.1")' 2>/dev/null || echo libatomic1
}

apt_install() {
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || return 1
    as_root=(sudo -n)
  fi
  command -v apt-get >/dev/null || return 1
  echo "Installing system packages: $*"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
  "${apt[@]}" update </dev/null && "${apt[@]}" install -y --no-install-recommends "$@" </dev/null >/dev/null
}

install_system_packages() {
  local missing
  mapfile -t missing < <(missing_system_packages)
  [ ${#missing[@]} -eq 0 ] || apt_install "${missing[@]}" || true
  mapfile -t missing < <(missing_system_packages)
  [ ${#missing[@]} -gt 0 ] || return 0
  echo "Missing system packages; to install them:  sudo apt-get install ${missing[*]}" >&2
  [ "${missing[0]}" != "$(venv_package)" ] || fail "Python cannot make a virtual environment without $(venv_package): stopping."
  echo "Going on without; what would use them says so." >&2
}

# uv is quicker, but reads none of pip's settings: with a mirror set for pip, pip it is.
use_uv() {
  command -v uv >/dev/null || return 1
  ! "$venv/bin/pip" config list | grep -E "\.(index-url|extra-index-url|no-index|find-links|proxy|cert)=" >/dev/null
}

pip_install() {
  if use_uv; then
    uv pip install --quiet --python "$venv/bin/python" "$@"
  else
    "$venv/bin/pip" install --quiet --disable-pip-version-check --no-input "$@"
  fi
}

# Of the requirements in LOCK those with a wheel (`wheels`), or those that come as source only (`sources`), with their hashes.
pinned() { awk -v wanted="$1" '/^[^ #]/ { source = /^bagit==/ } source == (wanted == "sources")' "$lock"; }

check_machine
install_system_packages
[ -x "$venv/bin/pip" ] || "$python" -m venv "$venv"
echo "Installing what $lock pins (a first time takes a minute or two)"
pip_install --require-hashes --only-binary :all: -r <(pinned wheels)
# What builds comes from the lock; an isolated build would fetch its own, unpinned.
pip_install --require-hashes --no-deps --no-build-isolation -r <(pinned sources)
pip_install --no-deps --no-build-isolation --editable .
