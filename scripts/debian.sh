# The programs that tests use, from Debian's packages. Sourced by ./test and ./dev.

# Package, and what is skipped without it.
test_packages="chromium:tests in a browser
chromium-headless-shell:no test, but those in a browser take longer, since the whole one is started
postgresql:tests on PostgreSQL
fonts-noto-cjk:tests that look at Chinese text in pictures
ffmpeg:tests of videos
libheif-examples:tests of HEIC photos"

# The folder of initdb and pg_ctl, the newest version; nothing when there is none.
postgres_programs() {
  local newest
  newest=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
  if [ -z "$newest" ] && command -v initdb >/dev/null; then newest=$(dirname "$(command -v initdb)"); fi
  echo "$newest"
}

# Prints "PACKAGE:what is skipped without it" for each package that is not there.
missing_test_packages() {
  local line
  command -v dpkg-query >/dev/null || return 0
  while IFS= read -r line; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "${line%%:*}" 2>/dev/null)" = installed ] || printf '%s\n' "$line"
  done <<<"$test_packages"
}

# Installs what is missing where that is possible; where it is not, says what will be skipped.
install_test_packages() {
  local missing names name sudo=
  if ! command -v apt-get >/dev/null; then
    echo "no apt-get here: install these by hand, or their tests are skipped: $(cut -d: -f1 <<<"$test_packages" | paste -sd' ' -)"
    return
  fi
  missing=$(missing_test_packages)
  [ -n "$missing" ] || return 0
  names=$(cut -d: -f1 <<<"$missing" | paste -sd' ' -)
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo="sudo -n"; else
      echo "skipped installing $names: neither root nor sudo without a password; run: sudo apt-get install $names"
    fi
  fi
  if [ "$(id -u)" -eq 0 ] || [ -n "$sudo" ]; then
    echo "Installing $names ..."
    $sudo apt-get update -qq >/dev/null </dev/null || true
    # One by one: what a distribution does not have must not keep out the others.
    for name in $names; do
      $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$name" >/dev/null </dev/null || echo "apt-get could not install $name"
    done
  fi
  missing_test_packages | while IFS=: read -r name tests; do echo "skipped $tests: $name is not installed"; done
}
