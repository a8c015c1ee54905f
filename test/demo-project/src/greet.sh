#!/bin/sh
# greet.sh WORD NAME…   prints a greeting
word=$1
shift
echo "$word, $*!"
