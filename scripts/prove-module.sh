#!/usr/bin/env bash
# Proves the module template: makes a module in a copy of the repository, builds it, starts the product with it and asks
# for its page as three people. Ends with a line of what it proved; exits 1 and says why when something is not so.
# Uses what a Release build of the solution left behind, so run that before.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
copy=$(mktemp -d "${TMPDIR:-/tmp}/renda-module.XXXXXX")
server=
finish() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  rm -rf -- "$copy"
}
trap finish EXIT
fail() { echo "prove-module: $*" >&2; exit 1; }

# As a developer does it: what CI forbids, a change of lock files, is what a new module brings.
unset CI
# With what was compiled, which is compiled again only where the new module makes it necessary. The host's own output is
# large and is made anew anyway.
(cd "$here" && tar cf - --exclude=./node_modules --exclude=./.git --exclude=./artifacts --exclude=./data --exclude='./docs' --exclude='./tests/*/bin' --exclude='./perf/*/bin' --exclude='./src/Renda.Host/bin' --exclude='*/bin/Debug' --exclude='*/obj/Debug' .) | tar xf - -C "$copy"
ln -s "$here/node_modules" "$copy/node_modules"
cd "$copy"

sums() { find . -type d \( -name bin -o -name obj -o -name dist \) -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 cksum; }
sums > "$copy.before"
trap 'finish; rm -f -- "$copy.before" "$copy.after"' EXIT

# 1. The template becomes a module, and nothing else of the sources changes than what new-module says.
bash ./dev new-module Hearings "听证" "Hearings" || fail "new-module failed"
sums > "$copy.after"
changed=$({ diff "$copy.before" "$copy.after" || true; } | sed -nE 's/^[<>] [0-9]+ [0-9]+ //p' | sort -u)
strange=$(grep -vE '^\./(modules/Renda\.Hearings/.*|Renda\.slnx|(src|tests|perf|modules)/[^/]+/packages(\.linux-[a-z0-9]+)?\.lock\.json)$' <<<"$changed" || true)
[ -z "$strange" ] || fail "new-module also changed: $strange"
[ "$(grep -c '^./modules/Renda.Hearings/' <<<"$changed")" -ge 5 ] || fail "the module is incomplete: $changed"
if grep -rlE '__(Module|module|zh|en)__' modules/Renda.Hearings --include='*' --exclude-dir=obj; then fail "the template left a place to fill"; fi

# 2. It builds without a warning, with the host and with the rules of the architecture.
node build.mjs || fail "the bundles failed"
alone=-p:BuildProjectReferences=false
[ -f src/Renda.Platform.Web/bin/Release/net10.0/Renda.Platform.Web.dll ] || alone=
for project in modules/Renda.Hearings src/Renda.Host tests/Architecture.Tests; do
  # shellcheck disable=SC2086  # nothing when there is nothing to reuse
  dotnet build "$project" --no-restore -c Release -v q --nologo $alone || fail "$project does not build"
done
dotnet format whitespace modules/Renda.Hearings --folder --verify-no-changes || fail "the template's white space"
tests/Architecture.Tests/bin/Release/net10.0/Architecture.Tests --no-ansi || fail "the module breaks a rule of the architecture"

# 3. The product has it: in the navigation and at its address for whose work it is, and for nobody else.
port=$((20000 + RANDOM % 20000))
address=http://127.0.0.1:$port
dotnet src/Renda.Host/bin/Release/net10.0/renda.dll serve --demo --demo-findings 0 --data "$copy/data" --port "$port" > "$copy/server.log" 2>&1 &
server=$!
for _ in $(seq 300); do
  if curl -sf -o /dev/null "$address/health/ready"; then break; fi
  kill -0 "$server" 2>/dev/null || { cat "$copy/server.log" >&2; fail "the product does not start with the module"; }
  sleep 0.2
done

# as NAME PATH: status and, in $copy/page, the page.
as() {
  local jar="$copy/jar-$1" token
  if [ "$1" != nobody ] && [ ! -f "$jar" ]; then
    token=$(curl -sf -c "$jar" "$address/sign-in" | sed -nE 's/.*name="__RequestVerificationToken" value="([^"]+)".*/\1/p' | head -n 1)
    curl -sf -o /dev/null -b "$jar" -c "$jar" --data-urlencode "__RequestVerificationToken=$token" --data-urlencode "name=$1" "$address/sign-in/demo"
  fi
  curl -s -o "$copy/page" -w '%{http_code}' -b "$jar" "$address$2"
}
[ "$(as zhoumin /hearings)" = 200 ] || fail "a clerk does not get the module's page"
grep -qiE '<h1>(听证|&#x542C;&#x8BC1;)</h1>' "$copy/page" || fail "the page does not bear the module's name"
[ "$(as zhoumin /)" = 200 ] && grep -q 'href="/hearings"' "$copy/page" || fail "a clerk does not find it in the navigation"
[ "$(as liyang /hearings)" = 404 ] || fail "a deputy, who has no right to it, gets the page"
[ "$(as liyang /)" = 200 ] || fail "a deputy does not get the first page"
if grep -q 'href="/hearings"' "$copy/page"; then fail "a deputy is shown what is not there for her"; fi
[ "$(as nobody /hearings)" = 302 ] || fail "a visitor is not sent to sign in"
echo "The template makes a module that builds, keeps the rules and shows its page to those who may see it."
