#!/bin/sh
# The project's own test.
answer=$(sh src/greet.sh Hello you and me)
if [ "$answer" != "Hello, you and me!" ]; then
  echo "greet.sh says: $answer"
  exit 1
fi
echo "greet.sh greets as it should"
