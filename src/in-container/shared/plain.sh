# Whether $1 is a file of its own: no link, and nothing that keeps whoever opens it waiting.
plain() { [ -f "$1" ] && [ ! -L "$1" ]; }
