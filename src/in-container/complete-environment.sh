# Completes the environment of the author's scripts: a home, the user's name, and the places of tools that a job installs. What the
# image sets and this user can use stays, and what the script sets comes later.
# argv: HOME (for where the container's own cannot be written)
#
# It stands before the script, in its shell, so that the script has what it exports. It has no name but those: an image may have
# given any other to its scripts.
if [ ! -d "${HOME:-}" ] || [ ! -w "$HOME" ]; then export HOME="$1"; fi

# As /etc/passwd has it, whoever wrote that; builtins read it, because an image may lack `id`.
if [ -z "${USER:-}" ]; then
  set -- "$(
    while read -r key uid rest; do [ "$key" != Uid: ] || break; done </proc/self/status
    while IFS=: read -r name rest id rest; do
      [ "$id" != "${uid:-?}" ] || {
        echo "$name"
        break
      }
    done 2>/dev/null </etc/passwd
  )"
  if [ "$1" ]; then export USER="$1"; fi
fi
if [ -z "${LOGNAME:-}" ] && [ -n "${USER:-}" ]; then export LOGNAME="$USER"; fi

# Images name places for tools that only root can write.
set -- "${GOPATH:-}"
if [ "$1" ] && [ ! -w "${1%%:*}" ] && { [ -e "${1%%:*}" ] || ! mkdir -p -- "${1%%:*}" 2>/dev/null; }; then
  export GOPATH="$HOME/go"
fi
set -- "${CARGO_HOME:-}"
if [ "$1" ] && [ ! -w "$1" ] && { [ -e "$1" ] || ! mkdir -p -- "$1" 2>/dev/null; }; then
  export CARGO_HOME="$HOME/.cargo"
fi

# Two install beside themselves unless they are told otherwise. nvm refuses to work where npm is told, and npm then looks elsewhere
# for the settings of all users.
# A subshell is a process, and most images have neither.
set -- ''
if command -v npm >/dev/null; then set -- "$(command -v npm)"; fi
if [ "$1" ] && [ ! -w "${1%/*}" ] && [ -z "${NPM_CONFIG_PREFIX:-}${npm_config_prefix:-}${NVM_DIR:-}" ]; then
  export NPM_CONFIG_PREFIX="$HOME/.local"
  if [ -z "${NPM_CONFIG_GLOBALCONFIG:-}${npm_config_globalconfig:-}" ] && [ -r "${1%/bin/npm}/etc/npmrc" ]; then
    export NPM_CONFIG_GLOBALCONFIG="${1%/bin/npm}/etc/npmrc"
  fi
fi
set -- ''
if command -v gem >/dev/null; then set -- "$(command -v gem)"; fi
if [ "$1" ] && [ ! -w "${1%/*}" ] && [ -z "${GEM_HOME:-}" ]; then export GEM_HOME="$HOME/.gem"; fi

# The places of pip, pipx and npm; cargo; go; gem; composer; dotnet. At the end, so that nothing of the image is shadowed.
set -- "${CARGO_HOME:-$HOME/.cargo}/bin" "${GOPATH:-$HOME/go}" "${GEM_HOME:-$HOME/.gem}/bin"
set -- "$HOME/.local/bin:$1:${2%%:*}/bin:$3"
set -- "$1:${COMPOSER_HOME:-$HOME/.composer}/vendor/bin:$HOME/.config/composer/vendor/bin:$HOME/.dotnet/tools"
export PATH="${PATH:-/usr/local/bin:/usr/bin:/bin}:$1"
set --
