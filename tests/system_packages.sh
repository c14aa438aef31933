#!/bin/sh
# Brings what the tests need beside Python: a JDK and Maven (for a real Neo4j), Chromium and a Chinese font.
# Installs Debian packages as root or by sudo; otherwise says in one line what to install.
set -eu

missing=""
need() { missing="$missing $1"; }

if [ -z "${BULIAN_TEST_NEO4J_URI:-}" ]; then
    major=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
    [ "${major:-0}" -ge 17 ] || need openjdk-17-jre-headless
    command -v mvn >/dev/null || need maven
fi
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || need chromium
if ! command -v fc-list >/dev/null || [ -z "$(fc-list :lang=zh family 2>/dev/null | head -n 1)" ]; then
    need fontconfig
    need fonts-noto-cjk
fi
[ -n "$missing" ] || exit 0

run=""
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then run="sudo -n"; else run="none"; fi
fi
if [ "$run" = none ] || ! command -v apt-get >/dev/null; then
    echo "the tests need these packages (Debian names); install them and run again:$missing" >&2
    exit 1
fi
echo "installing for the tests:$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
$run apt-get update -qq && $run apt-get install -y -qq --no-install-recommends $missing >/dev/null
