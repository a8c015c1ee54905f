# Runs the program of BYTES bytes that stdin begins with: argv stands in a URL, which has no room for it.
# argv: BYTES WORD…
#   WORD…  what the program finds in `$1` and so on
x=$(head -c "$1")
# Half a program is none.
[ ${#x} = "$1" ] || exit 250
shift
eval "$x"
