#!/bin/sh
# SPDX-License-Identifier: MIT
# A real ssh server on this machine, for tests: with keys, ports and files of its own.
#
# usage: ssh_server.sh start FOLDER [VARIABLE=VALUE...]
#        ssh_server.sh stop FOLDER
#
# `start` makes FOLDER/ssh, a client for which the host `builder` is this machine; what it runs there
# has these VARIABLEs, and nothing of the caller's environment. FOLDER has a short path: it holds a
# socket.
set -eu
action=$1 folder=$2
shift 2
server=$(PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v sshd) || {
  echo "there is no sshd: install openssh-server" >&2
  exit 1
}

write_client() { # PORT
  cat >"$folder/ssh_config" <<END
Host builder
  HostName 127.0.0.1
  Port $1
  IdentityFile "$folder/id"
  UserKnownHostsFile "$folder/known_hosts"
  ControlMaster auto
  ControlPath "$folder/m-%C"
  ControlPersist 20
Host *
  IdentitiesOnly yes
  StrictHostKeyChecking yes
  BatchMode yes
  LogLevel ERROR
END
  printf '[127.0.0.1]:%s %s\n' "$1" "$(cat "$folder/hostkey.pub")" >"$folder/known_hosts"
  printf '#!/bin/sh\nexec "%s" -F "%s/ssh_config" "$@"\n' "$(command -v ssh)" "$folder" >"$folder/ssh"
  chmod +x "$folder/ssh"
}

# Whether a server listens at this port now. The server says that it does by its file of the process.
try_port() { # PORT VARIABLE=VALUE...
  cat >"$folder/sshd_config" <<END
Port $1
ListenAddress 127.0.0.1
HostKey $folder/hostkey
AuthorizedKeysFile $folder/authorized_keys
PidFile $folder/sshd.pid
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 200:30:300
MaxSessions 500
UseDNS no
PrintMotd no
END
  shift
  [ $# -eq 0 ] || {
    printf SetEnv
    printf ' "%s"' "$@"
    echo
  } >>"$folder/sshd_config"
  "$server" -f "$folder/sshd_config" -E "$folder/sshd.log"
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ ! -s "$folder/sshd.pid" ] || return 0
    sleep 0.05
  done
  return 1
}

case $action in
  start)
    [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd # where the server of Debian insists on it
    mkdir -p "$folder"
    chmod 700 "$folder"
    ssh-keygen -q -t ed25519 -N '' -f "$folder/hostkey"
    ssh-keygen -q -t ed25519 -N '' -f "$folder/id"
    cp "$folder/id.pub" "$folder/authorized_keys"
    port=$((20000 + $$ % 10000))
    until try_port "$port" "$@"; do
      port=$((port + 7))
      [ "$port" -lt 40000 ] || exit 1
    done
    write_client "$port"
    ;;
  stop)
    "$folder/ssh" -O exit builder 2>/dev/null || true
    kill "$(cat "$folder/sshd.pid")"
    ;;
esac
