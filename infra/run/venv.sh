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

# install_lock NAME: what infra/NAME.lock says, by its hashes, and sohoa itself on top.
install_lock() {
  local lock=$ROOT/infra/$1.lock stamp=$VENV/$1.stamp print
  print=$(fingerprint "$lock" "$ROOT/pyproject.toml")
  [ "$(cat "$stamp" 2> /dev/null)" != "$print" ] || return 0
  local pip=("$VENV/bin/python" -m pip --disable-pip-version-check --no-input install -q)
  quietly "Installing the Python packages of infra/$1.lock (a minute or two, once)" "${pip[@]}" --require-hashes -r "$lock"
  quietly "Installing sohoa into .venv" "${pip[@]}" --no-deps --no-index --no-build-isolation -e "$ROOT"
  echo "$print" > "$stamp"
}

prepare_runtime() {
  with_lock prepare_runtime_locked
}

prepare_runtime_locked() {
  need_tesseract
  make_venv
  install_lock requirements
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
