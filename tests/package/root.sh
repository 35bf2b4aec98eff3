#!/usr/bin/env bash
# Fresh roots of Debian 12, in which the tests of this folder install and build: folders that chroot enters.
#   root.sh make FOLDER      makes such a root; what was downloaded for it is kept beside it, as bookworm.tar
#   root.sh run FOLDER [--bind FROM TO]... [--user USER] [--directory DIRECTORY] COMMAND [ARGUMENTS]
#                            runs a command in it; FROM, of this machine, is seen at TO
#   root.sh remove FOLDER
# Exit code 77, after a line SKIPPED with the reason, where this machine or its network lets nobody make one.
set -euo pipefail

suite=bookworm
skip() { printf 'SKIPPED: %s\n' "$*"; exit 77; }
fail() { printf 'root.sh: %s\n' "$*" >&2; exit 1; }

# The machine's own mirror of Debian, where it runs the same Debian; Debian's own mirror elsewhere.
sources() {
  grep -qx "VERSION_CODENAME=$suite" /etc/os-release || return 0
  local file
  for file in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
    if [ -s "$file" ]; then printf '%s\n' "$file"; return 0; fi
  done
}

# How the machine's apt reaches a mirror: its proxies, and what it is told of mirrors that stand still.
apt_options() { apt-config dump | grep -E '^Acquire::(https?::|Check-|Retries)' || true; }

download() {
  local tar=$1 mirror log
  local options=()
  log=$(mktemp)
  apt_options >"$log.apt"
  [ -s "$log.apt" ] && options=(--aptopt="$log.apt")
  mirror=$(sources)
  printf 'root.sh: downloading a root of Debian (%s), once\n' "$suite" >&2
  if ! mmdebstrap --mode=root --format=tar --variant=minbase "${options[@]}" "$suite" "$tar.new" ${mirror:+"$mirror"} \
       >"$log" 2>&1; then
    cat "$log" >&2
    rm -rf "$tar.new"
    if grep -qE 'Could not (resolve|connect)|Temporary failure|Unable to connect|Connection' "$log"; then
      skip "no mirror of Debian can be reached"
    fi
    fail "the root could not be made"
  fi
  rm -f "$log" "$log.apt"
  mv "$tar.new" "$tar"
}

make_root() {
  local folder=$1 tar
  [ "$(id -u)" -eq 0 ] || skip "only root may make and enter a root"
  command -v mmdebstrap >/dev/null || skip "mmdebstrap is not installed; it is a Debian package"
  unshare --mount --pid --fork true 2>/dev/null || skip "this machine lets nobody mount"
  tar=$(dirname "$folder")/$suite.tar
  mkdir -p "$(dirname "$folder")"
  [ -f "$tar" ] || download "$tar"
  remove_root "$folder"
  mkdir "$folder"
  # Devices are those of the machine, seen while a command runs.
  tar -xf "$tar" -C "$folder" --exclude='./dev/*'
  mkdir -p "$folder/dev"
  apt_options >"$folder/etc/apt/apt.conf.d/99machine"
}

# Mounts belong to the command's own namespace and go with it, so that nothing but the root itself is ever removed.
remove_root() { rm -rf --one-file-system "$1"; }

run_in_root() {
  local folder=$1 user=root directory=/
  local binds=()
  shift
  while true; do
    case "${1:-}" in
      --bind) binds+=("$2" "$3"); shift 3 ;;
      --user) user=$2; shift 2 ;;
      --directory) directory=$2; shift 2 ;;
      *) break ;;
    esac
  done
  cp -L /etc/resolv.conf "$folder/etc/resolv.conf"
  export ROOT=$folder ROOT_USER=$user ROOT_DIRECTORY=$directory
  export HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
  export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  exec unshare --mount --pid --fork --kill-child bash -euc '
    mount -t proc proc "$ROOT/proc"
    mount --rbind /dev "$ROOT/dev"
    while [ "$1" != -- ]; do
      mkdir -p "$ROOT$2"
      mount --bind "$1" "$ROOT$2"
      shift 2
    done
    shift
    exec chroot --userspec="$ROOT_USER" "$ROOT" sh -c "cd \"\$0\" && exec \"\$@\"" "$ROOT_DIRECTORY" "$@"
  ' root "${binds[@]}" -- "$@"
}

case "${1:-}" in
  make) make_root "$2" ;;
  run) run_in_root "${@:2}" ;;
  remove) remove_root "$2" ;;
  *) fail "usage: root.sh make|run|remove FOLDER ..." ;;
esac
