# Ends a container: process 1 is ours and ends at once, and the kernel ends everything in its process namespace with it.
kill -TERM 1
