#!/usr/bin/env bash
# Everything in one go: installs what is missing, builds, starts a private mail host, then the portal.
#   ./up.sh [--port N] [--dir DIR] [--acme-port N] [--detach]
#                                               port of the portal (8080, later the one it had), folder of data and private host (var/), port that
#                                               answers certificate authorities (5002); --detach returns when the portal answers and leaves it running
#   ./up.sh --stop [--dir DIR]                  stops the portal and the private mail host; data and mail stay
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
start_dir=$PWD
cd "$here"

say() { printf '%s %s\n' "==>" "$*"; }
give_up() { echo "$*" >&2; exit 1; }
usage() { sed -n '2,6s/^# \{0,1\}//p' "$here/up.sh"; }

port=8080 port_given=no acme_port=5002 dir=$here/var detach=no stop=no
while [[ $# -gt 0 ]]; do
  case $1 in
    --port | --dir | --acme-port) [[ $# -ge 2 ]] || give_up "$1 needs a value. See ./up.sh --help" ;;&
    --port) port=$2 port_given=yes; shift ;;
    --port=*) port=${1#*=} port_given=yes ;;
    --dir) dir=$2; shift ;;
    --dir=*) dir=${1#*=} ;;
    --acme-port) acme_port=$2; shift ;;
    --acme-port=*) acme_port=${1#*=} ;;
    --detach) detach=yes ;;
    --stop) stop=yes ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; give_up "Unknown argument: $1" ;;
  esac
  shift
done
[[ $port =~ ^[0-9]{1,5}$ && $port -ge 1 && $port -le 65535 ]] || give_up "--port $port is not a TCP port. Give 1 to 65535."
[[ $acme_port =~ ^[0-9]{1,5}$ && $acme_port -ge 1 && $acme_port -le 65535 ]] || give_up "--acme-port $acme_port is not a TCP port. Give 1 to 65535."
[[ $dir == /* ]] || dir=$start_dir/$dir
[[ $(id -u) -eq 0 ]] || give_up "Postfix and Dovecot start as root only. Run: sudo ./up.sh"

data=$dir/data lab=$dir/lab log=$dir/portal.log pid_file=$dir/portal.pid port_file=$dir/portal.port
mailadmin=$here/artifacts/mailadmin/mailadmin
export MAILADMIN_DATA=$data

# True when the process in the pid file is our portal, and not a stranger that got its number.
portal_runs() {
  local pid
  pid=$(cat "$pid_file" 2>/dev/null) && [[ $pid =~ ^[0-9]+$ ]] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "serve --data $data "
}
stop_portal() {
  portal_runs || { rm -f "$pid_file"; return 0; }
  local pid
  pid=$(cat "$pid_file")
  kill -TERM "$pid"
  for _ in $(seq 100); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  if kill -0 "$pid" 2>/dev/null; then kill -KILL "$pid"; fi
  rm -f "$pid_file"
}
# By the connection, not by HTTP: whoever listens has the port, whatever it speaks.
is_taken() { (: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
stop_all() {
  stop_portal
  if [[ -e $lab/lab.json && -x $mailadmin ]]; then "$mailadmin" lab stop "$lab"; fi
}

if [[ $stop == yes ]]; then
  stop_all
  say "Stopped. Data and mail stay in $dir"
  exit 0
fi

say "Looking for what is needed"
command -v dotnet >/dev/null || give_up "The .NET 10 SDK is missing. Install it (https://learn.microsoft.com/dotnet/core/install/linux-debian), then run ./up.sh again."
./.ci/install postfix postfix-cdb postfix-lmdb dovecot-core dovecot-imapd dovecot-lmtpd dovecot-sieve openssl curl

# Before anything is built or started: a port that another program has is said at once.
former_port=$(cat "$port_file" 2>/dev/null || true)
if [[ $port_given == no && $former_port =~ ^[0-9]+$ ]]; then port=$former_port; fi
[[ $port -ne $acme_port ]] || give_up "The portal and the answers to certificate authorities cannot share port $port. Choose another: ./up.sh --port N"
if ! { portal_runs && [[ $port == "$former_port" ]]; } && is_taken "$port"; then
  give_up "Port $port is used by another program. Nothing was started. Choose another: ./up.sh --port N"
fi
acme_note=
if ! portal_runs && is_taken "$acme_port"; then acme_note=" is used by another program, so authorities get no answer; choose another with --acme-port N"; fi

install -d -m 755 "$dir"

# A second run goes on with the program that is there, unless a source is newer.
if [[ ! -x $mailadmin || -n $(find MailAdmin.Core MailAdmin.Web wwwroot Directory.*.props -newer "$mailadmin" -type f -not -path '*/obj/*' -not -path '*/bin/*' -print -quit 2>/dev/null) ]]; then
  say "Building (Release) to artifacts/mailadmin/"
  stop_portal
  dotnet publish MailAdmin.Web -c Release -r "linux-$([[ $(uname -m) == aarch64 ]] && echo arm64 || echo x64)" -o artifacts/mailadmin -v quiet -nologo || give_up "The build failed; see above."
  touch "$mailadmin"
else
  say "artifacts/mailadmin/ is up to date"
fi

say "Starting the private mail host in $lab"
"$mailadmin" lab start "$lab"

if portal_runs && [[ $port != "$former_port" ]]; then stop_portal; fi
if portal_runs; then
  say "The portal runs already"
else
  say "Starting the portal"
  : >>"$log" && chmod 600 "$log"
  Certificates__HttpPort=$acme_port setsid nohup "$mailadmin" serve --data "$data" --port "$port" >>"$log" 2>&1 </dev/null &
  echo $! >"$pid_file"
  echo "$port" >"$port_file"
fi

ready=no
for _ in $(seq 300); do
  if curl -fs -o /dev/null "http://127.0.0.1:$port/health/ready"; then ready=yes; break; fi
  portal_runs || break
  sleep 0.1
done
if [[ $ready == no ]]; then
  tail -n 20 "$log" >&2
  give_up "The portal did not start. Its log is $log; the last lines are above."
fi

echo
echo "Portal:       http://127.0.0.1:$port"
if link=$("$mailadmin" admin setup-link --portal "http://127.0.0.1:$port" 2>/dev/null); then echo "Set-up link:  $link (works once)"; fi
echo "Command line: $mailadmin --data $data"
echo "ACME http-01: port $acme_port$acme_note"
echo "Mail host:    $mailadmin lab status $lab"

if [[ $detach == yes ]]; then
  echo "Stop it with: ./up.sh --stop --dir $dir"
  exit 0
fi
echo "Press Ctrl+C to stop both."
trap 'echo; stop_all; say "Stopped. Data and mail stay in $dir"; exit 0' INT TERM
while portal_runs; do sleep 1; done
tail -n 20 "$log" >&2
give_up "The portal ended. Its log is $log; the last lines are above."
