echo "hello from the library"
