# ./run check and ./run test: what CI runs.
#
# A function called in a condition loses `set -e`; so nothing here is prepared inside one.

# checks: those that need no service. All of them run; says which failed.
checks() {
  local failed=()
  note "ruff"
  "$VENV/bin/ruff" check --quiet . || failed+=("ruff check")
  "$VENV/bin/ruff" format --check --quiet . || failed+=("ruff format")
  note "mypy"
  "$VENV/bin/mypy" || failed+=(mypy)
  note "import-linter"
  "$VENV/bin/lint-imports" --no-logo || failed+=(import-linter)
  [ ${#failed[@]} = 0 ] || { note "FAILED: ${failed[*]}"; return 1; }
}

run_checks() {
  prepare_tests
  cd "$ROOT" || exit
  checks
}

# All tests: first those that get along with others, on every processor; then those that want the machine to themselves.
whole_suite() {
  local code=0
  note "tests, side by side"
  "$VENV/bin/python" -m pytest -q -n auto --dist loadfile -m "not alone" --durations 25 8>&- 9>&- || code=$?
  note "tests that want the machine to themselves"
  "$VENV/bin/python" -m pytest -q -m alone --durations 25 8>&- 9>&- || code=$?
  return "$code"
}

# audit: known faults in what we lock. Where advisories cannot be asked for, that is said loudly and ends nothing.
audit() {
  local code=0
  note "audit"
  "$VENV/bin/python" "$ROOT/infra/audit.py" >&2 || code=$?
  [ "$code" = 0 ] || [ "$code" = 3 ]
}

run_tests() {
  local code=0 sound=yes
  prepare_tests
  cd "$ROOT" || exit
  checks || sound=no
  audit || sound=no
  services_for_tests # after the checks: Django's types are checked with settings that know no SOHOA_TEST_…
  if [ $# -gt 0 ]; then
    "$VENV/bin/python" -m pytest "$@" 8>&- 9>&- || code=$?
  else
    whole_suite || code=$?
  fi
  if [ "$code" = 0 ] && [ "$sound" = no ]; then
    note "The tests passed, but a check before them did not: see above"
    code=1
  fi
  return "$code"
}
