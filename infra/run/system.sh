# What has to come from the operating system: found, or installed with apt where we may.

# install_packages WHY PACKAGE…: apt-get, without a question; one clear message where that is not possible.
install_packages() {
  local why=$1 sudo=()
  shift
  local advice="$why: please install $* (on Debian or Ubuntu: apt-get install $*)"
  command -v apt-get > /dev/null || die "$advice"
  if [ "$(id -u)" != 0 ]; then
    sudo=(sudo -n)
    "${sudo[@]}" true 2> /dev/null || die "$advice - this needs root, and sudo would ask for a password"
  fi
  local apt=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300)
  note "Installing $* ($why)"
  # an index of packages that is still good saves half a minute
  "${apt[@]}" --no-install-recommends install "$@" > /dev/null 2>&1 < /dev/null 8>&- 9>&- && return
  quietly "Refreshing the list of packages first" "${apt[@]}" update
  quietly "Installing $*" "${apt[@]}" --no-install-recommends install "$@"
}

# need_command COMMAND PACKAGE WHY
need_command() {
  command -v "$1" > /dev/null || install_packages "$3" "$2"
}

need_tesseract() {
  local missing=()
  command -v tesseract > /dev/null || missing+=(tesseract-ocr)
  tesseract --list-langs 2> /dev/null | grep -qx vie || missing+=(tesseract-ocr-vie)
  tesseract --list-langs 2> /dev/null | grep -qx osd || missing+=(tesseract-ocr-osd)
  [ ${#missing[@]} = 0 ] || install_packages "reading Vietnamese" "${missing[@]}"
}

# find_python: the first Python of 3.11 or newer that can make an environment; tried versions come first.
find_python() {
  local python
  for python in python3 /usr/bin/python3 python3.13 python3.12 python3.11 python3.14; do
    if "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
      command -v "$python"
      return
    fi
  done
  return 1
}

need_python() {
  find_python > /dev/null || install_packages "sohoa needs Python 3.11 or newer with venv" python3 python3-venv
  find_python || die "sohoa needs Python 3.11 or newer with venv, and this system offers $(python3 -V 2>&1 || echo none):" \
    "install python3.11 (or newer) and its python3.11-venv, then try again"
}

need_maven() {
  command -v mvn > /dev/null || install_packages "fetching the test services" maven default-jre-headless
}

# jdk_home VERSION: the home of a full JDK of at least that version.
jdk_home() {
  local home version
  for home in ${JAVA_HOME:+"$JAVA_HOME"} /usr/lib/jvm/*; do
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release" 2> /dev/null) || continue
    [ -x "$home/bin/jlink" ] && [ "${version:-0}" -ge "$1" ] && { echo "$home"; return; }
  done
  return 1
}

# need_jdk VERSION: like jdk_home, after installing the newest one that the distribution has.
need_jdk() {
  local package
  jdk_home "$1" && return
  package=$(apt-cache search --names-only '^openjdk-[0-9]+-jdk-headless$' 2> /dev/null |
    sed -n 's/^openjdk-\([0-9]*\)-.*/\1/p' | sort -rn | awk -v least="$1" '$1 >= least' | head -n 1)
  [ -n "$package" ] || die "Elasticsearch needs a JDK of version $1 or newer, which this system's packages" \
    "do not offer: install one under /usr/lib/jvm or set JAVA_HOME"
  install_packages "Elasticsearch" "openjdk-$package-jdk-headless"
  jdk_home "$1"
}

# Go from 1.21 on fetches the newer toolchain that MinIO asks for by itself.
go_is_new() {
  local version
  version=$(go env GOVERSION 2> /dev/null | sed -n 's/^go1\.\([0-9]*\).*/\1/p')
  [ "${version:-0}" -ge 21 ]
}

need_go() {
  go_is_new || install_packages "building MinIO" golang-go
  go_is_new || die "building MinIO needs Go 1.21 or newer, and this system's packages have only $(go env GOVERSION): install Go"
}

need_postgresql() {
  [ -x "$(postgresql_bin)/initdb" ] || install_packages "tests against PostgreSQL" postgresql
}

# Tests read backups as somebody without sohoa would: with these alone.
need_backup_readers() {
  need_command age age "reading backups without sohoa"
  need_command zstd zstd "reading backups without sohoa"
  need_command jq jq "reading backups without sohoa"
}

# Tests of the virus scanner at the door start one of their own, with signatures of their own.
need_clamd() {
  [ -x /usr/sbin/clamd ] || need_command clamd clamav-daemon "tests of the virus scanner"
}

need_chromium() {
  command -v chromium chromium-browser google-chrome > /dev/null || install_packages "tests in a browser" chromium
}

# Tests print pages of their own: that takes a font with all Vietnamese letters.
need_fonts() {
  local font
  for font in /usr/share/fonts/truetype/{croscore/Tinos,liberation2/LiberationSerif}-Regular.ttf; do
    [ ! -e "$font" ] || return 0
  done
  install_packages "pages printed by tests" fonts-croscore
}
