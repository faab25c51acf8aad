# The schema of ALTO 4.3 (CC BY-SA 4.0: fetched for tests, never part of sohoa), out of kraken's source package, whose
# own tests use it. Sourced.

alto_install() {
  [ -s "$(alto_schema)" ] && return
  local aside=$SERVICES/alto.part
  rm -rf "$aside"
  mkdir -p "$aside"
  quietly "Fetching the schema of ALTO (once)" "$VENV/bin/python" -m pip --disable-pip-version-check --no-input \
    download -q --no-deps --no-binary kraken --ignore-requires-python --require-hashes \
    -d "$aside" -r "$ROOT/infra/services/alto-schema.lock"
  tar -xzf "$aside"/kraken-*.tar.gz -C "$aside" --no-same-owner --strip-components=3 --wildcards \
    '*/tests/resources/alto-4-3.xsd' '*/tests/resources/xlink.xsd'
  rm "$aside"/kraken-*.tar.gz
  rm -rf "$SERVICES/alto"
  mv "$aside" "$SERVICES/alto"
}

alto_schema() {
  echo "$SERVICES/alto/alto-4-3.xsd"
}
