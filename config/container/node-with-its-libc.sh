#!/bin/sh
# `node` of the image: starts Node by the loader and with the libraries beside it, so that it runs wherever the folder is copied to,
# also where the C library is another one (Alpine) or none. What Node starts gets nothing of it.
here=${0%/*}
exec "$here/glibc/ld.so" --library-path "$here/glibc" "$here/glibc/node" "$@"
