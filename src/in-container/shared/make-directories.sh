# Makes HOME $1 and the scripts' directory $2 in a control volume.
make_directories() {
  # A volume's root is open to everybody in the container, what we make below it is not.
  umask 077
  if ! command -v sleep >/dev/null || ! command -v mkdir >/dev/null; then
    refuse 73 "this image has no sleep or no mkdir: no job can run in it"
  fi
  mkdir -p "$1" "$2" || refuse 72 "cannot write to ${1%/*}"
}
