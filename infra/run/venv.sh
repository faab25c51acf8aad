# The Python environment in .venv: made once, brought up to the lock whenever the lock has changed.

VENV=$ROOT/.venv

# fingerprint FILE…: changes when the files, the Python or the place of the checkout change.
fingerprint() {
  { cat "$@"; "$VENV/bin/python" -V; echo "$ROOT"; } | sha256sum | cut -d' ' -f1
}

make_venv() {
  local python
  "$VENV/bin/python" -c 'import pip' 2> /dev/null && return
  python=$(need_python)
  quietly "Making the environment .venv with $("$python" -V)" "$python" -m venv --clear "$VENV"
}

# once STAMP FILE… -- COMMAND…: runs COMMAND unless it ran before with the same files.
once() {
  local stamp=$VENV/$1.stamp files=() print
  shift
  while [ "$1" != -- ]; do files+=("$1") && shift; done
  shift
  print=$(fingerprint "${files[@]}")
  [ "$(cat "$stamp" 2> /dev/null)" != "$print" ] || return 0
  "$@"
  echo "$print" > "$stamp"
}

PIP=("$VENV/bin/python" -m pip --disable-pip-version-check --no-input install -q)

# install_lock NAME: what infra/NAME.lock says, by its hashes.
install_lock() {
  local lock=$ROOT/infra/$1.lock
  once "$1" "$lock" -- quietly "Installing the Python packages of infra/$1.lock (a minute or two, once)" \
    "${PIP[@]}" --require-hashes -r "$lock"
}

# install_sohoa: the command and our packages, as they lie in this checkout.
install_sohoa() {
  once sohoa "$ROOT/pyproject.toml" "$ROOT/infra/requirements.in" -- quietly "Installing sohoa into .venv" \
    "${PIP[@]}" --no-deps --no-index --no-build-isolation -e "$ROOT"
}

prepare_runtime() {
  with_lock prepare_runtime_locked
}

prepare_runtime_locked() {
  need_tesseract
  make_venv
  install_lock requirements
  install_sohoa
}

prepare_tests() {
  with_lock prepare_tests_locked
}

prepare_tests_locked() {
  prepare_runtime_locked
  need_fonts
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 install_lock requirements-dev
}

# with_lock COMMAND…: one ./run at a time prepares this checkout.
with_lock() {
  mkdir -p "$ROOT/.cache"
  exec 8> "$ROOT/.cache/prepare.lock"
  flock -n 8 || { note "Waiting for another ./run to finish preparing"; flock -w 1800 8 || die "gave up waiting for it"; }
  "$@"
  exec 8>&-
}
