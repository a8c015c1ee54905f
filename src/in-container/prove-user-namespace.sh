# An init container's process: the same proof before services start.
. ./shared/refuse.sh
. ./shared/prove-user-namespace.sh

prove_user_namespace
