#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test: real Postfix and Dovecot, real browser.
#   ./test.sh [--soak] [arguments for the test runner, such as -namespace MailAdmin.Tests.Mailboxes]
# The last line is "N passed, N failed[, N skipped]"; the exit code is 0 when none failed.
set -euo pipefail
cd "$(dirname "$0")"

say() { printf '%s %s\n' "==>" "$*"; }
give_up() {
  echo "$*" >&2
  echo "0 passed, 1 failed"
  exit 1
}

arguments=()
for argument in "$@"; do
  case $argument in
    --soak) export MAILADMIN_SOAK=1 ;;
    -h | --help) sed -n '2,4s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) arguments+=("$argument") ;;
  esac
done

say "Looking for what the tests need"
command -v dotnet >/dev/null || give_up "The .NET 10 SDK is missing. Install it (https://learn.microsoft.com/dotnet/core/install/linux-debian), then run ./test.sh again."
[[ $(id -u) -eq 0 ]] || give_up "The tests start a real Postfix and Dovecot, which only root may. Run: sudo ./test.sh"
./.ci/install postfix postfix-cdb postfix-lmdb dovecot-core dovecot-imapd dovecot-lmtpd dovecot-sieve openssl curl chromium strace swaks pebble bind9 bind9-dnsutils pflogsumm lnav systemd thunderbird \
  || give_up "The tests need real servers and a browser."

say "Building (Release)"
dotnet build MailAdmin.Tests -c Release -v quiet -nologo || give_up "The build failed; see above."

say "Running"
output=$(mktemp)
trap 'rm -f "$output"' EXIT
status=0
MailAdmin.Tests/bin/Release/net10.0/MailAdmin.Tests -noColor ${arguments[@]+"${arguments[@]}"} 2>&1 | tee "$output" || status=${PIPESTATUS[0]}

# "   MailAdmin.Tests  Total: 10, Errors: 0, Failed: 1, Skipped: 0, Not Run: 0, Time: 1.2s"
summary=$(grep -a -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$output" | tail -n 1 || true)
[[ -n $summary ]] || give_up "The test run ended (exit code $status) without a summary."
count() { sed -E "s/.*$1: ([0-9]+).*/\1/" <<<"$summary"; }
failed=$(($(count Failed) + $(count Errors)))
skipped=$(count Skipped)
passed=$(($(count Total) - $(count Failed) - skipped - $([[ $summary == *'Not Run'* ]] && count 'Not Run' || echo 0)))
if [[ $failed -gt 0 ]]; then
  say "What failed"
  grep -a -A 25 -E '^ +.* \[FAIL\]' "$output" || true
fi
# A runner that broke down is a failure, whatever it counted; so is a run of nothing.
if [[ $failed -eq 0 && ($status -ne 0 || $passed -eq 0) ]]; then failed=1; fi
echo "$passed passed, $failed failed$([[ $skipped -gt 0 ]] && echo ", $skipped skipped" || true)"
[[ $failed -eq 0 ]]
