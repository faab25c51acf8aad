# ./run demo: from nothing to three searches over the sample batch.

DEMO=$ROOT/.cache/demo

# demo_step COMMAND…: shows the command as a person would type it, then runs it.
demo_step() {
  local word shown='$ sohoa'
  for word in "$@"; do
    case ${word#"$ROOT/"} in
      *[[:space:]\"\'\&\(\)]*) shown+=" '$word'" ;;
      *) shown+=" ${word#"$ROOT/"}" ;;
    esac
  done
  printf '\n%s\n' "$shown"
  "$VENV/bin/sohoa" "$@"
}

demo() {
  prepare_runtime
  exec 9> "$ROOT/.cache/demo.lock"
  flock -n 9 || die "another ./run demo is at work in this checkout"
  rm -rf "$DEMO"
  mkdir -p "$DEMO"
  cd "$ROOT" || exit
  # Settings of the person who runs this must not send the sample to their own services.
  local name
  for name in $(compgen -e | grep '^SOHOA_') PREFECT_API_URL; do unset "$name"; done
  export SOHOA_HOME=$DEMO

  printf 'A batch of old results, as it comes from the scanner, becomes records that a clerk finds in a second.\n'
  demo_step init
  demo_step units add H61 "Ủy ban nhân dân tỉnh (đơn vị mẫu)"
  # a stack of four results with separator sheets, and three single scans of other kinds
  demo_step ingest samples/batches samples/docs/*.jpg samples/docs/*.tif --unit H61 --batch "Hộp mẫu 1"

  local id query
  id=$(demo_id)
  demo_step show "$id"
  while IFS= read -r query; do demo_step search "$query" --limit 3; done < "$ROOT/samples/searches.txt"

  demo_step export "$id" --to "$DEMO/export"
  cat << TEXT

The originals, the searchable PDFs, the catalog and the index lie in
  ${DEMO#"$ROOT"/}
one result was exported to
  ${DEMO#"$ROOT"/}/export
and the pages open in a browser with
  SOHOA_HOME=${DEMO#"$ROOT"/} ./run serve
TEXT
}

# demo_id: the id of the result that the first search finds.
demo_id() {
  "$VENV/bin/sohoa" search "$(head -n 1 "$ROOT/samples/searches.txt")" --json |
    "$VENV/bin/python" -c 'import json, sys; print(json.load(sys.stdin)["results"][0]["id"])'
}
