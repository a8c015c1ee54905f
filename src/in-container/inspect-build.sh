# argv: READY-FILE QUOTE-TEST (as shared/inspect-build.sh has them)
. ./shared/await-ready.sh
. ./shared/find-shell.sh
. ./shared/find-script-shell.sh
. ./shared/inspect-build.sh

inspect_build "$1" "$2"
