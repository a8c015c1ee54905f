# argv: READY-FILE BIN (as shared/inspect-helper.sh has them)
. ./shared/await-ready.sh
. ./shared/find-shell.sh
. ./shared/inspect-helper.sh

inspect_helper "$1" "$2"
