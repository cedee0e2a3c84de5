# What ./run, ./test and ./dev share. Sourced with $root set to the repository's folder.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

host="$root/src/Renda.Host/bin/Release/net10.0/renda.dll"

say() { printf '%s\n' "$*" >&2; }
die() { say "$(basename "$0"): $*"; exit 1; }

# Says what to install when a tool is missing or too old; the versions wanted are those of global.json and package.json.
need_tools() {
  command -v dotnet >/dev/null || die "the .NET 10 SDK is missing: install it and make sure that 'dotnet' is on the PATH"
  (cd "$root" && dotnet --version >/dev/null 2>&1) || die "the .NET SDK $(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' "$root/global.json") or a later 10.0 is needed; installed: $(cd / && dotnet --list-sdks | cut -d' ' -f1 | paste -sd' ' -)"
  command -v node >/dev/null && command -v npm >/dev/null || die "Node.js 20 or later (with npm) is missing: install it and make sure that 'node' and 'npm' are on the PATH"
  local major; major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 20 ] || die "Node.js 20 or later is needed; installed: $(node --version)"
}

# npm writes node_modules/.package-lock.json last, so an install that broke off is done again.
install_web() {
  local stamp="$root/node_modules/.package-lock.json"
  if [ ! -f "$stamp" ] || [ "$root/package-lock.json" -nt "$stamp" ]; then
    say "Installing the web packages ..."
    (cd "$root" && npm ci --no-audit --no-fund --loglevel=error) >&2 || die "npm ci failed"
  fi
}

# One line that changes whenever anything that goes into the host changes: contents, not times, so that it survives checkouts.
host_fingerprint() {
  (
    cd "$root"
    dotnet --version
    node --version
    {
      ls build.mjs global.json package-lock.json tsconfig.json Directory.Build.props Directory.Packages.props .editorconfig
      find src modules -type d \( -name bin -o -name obj -o -name dist -o -name node_modules \) -prune -o -type f -print
    } | LC_ALL=C sort | tr '\n' '\0' | xargs -0 cksum
  ) | cksum
}

# Bundles, then compiles: static files written during a .NET build are not seen by that build.
build_host() {
  local stamp="$root/artifacts/host.built" wanted
  wanted=$(host_fingerprint)
  if [ -f "$host" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then return; fi
  install_web
  say "Building (about a minute the first time) ..."
  (cd "$root" && node build.mjs) >&2 || die "bundling the web files failed"
  (cd "$root" && dotnet build src/Renda.Host -c Release -v q --nologo) >&2 || die "the build failed"
  mkdir -p "$root/artifacts"
  host_fingerprint > "$stamp"
}

# As docs/operations.md installs it, for this machine: what the benches measure.
publish_host() {
  local system=linux processor=x64
  [ "$(uname -s)" != Darwin ] || system=osx
  case $(uname -m) in aarch64 | arm64) processor=arm64 ;; esac
  install_web
  say "Publishing ..."
  (cd "$root" && node build.mjs) >&2 || die "bundling the web files failed"
  (cd "$root" && dotnet publish src/Renda.Host -c Release -p:Machine="$system-$processor" -o "$root/artifacts/program" -v q --nologo) >&2 || die "publishing failed"
  export RENDA_PROGRAM="$root/artifacts/program/renda.dll"
}
