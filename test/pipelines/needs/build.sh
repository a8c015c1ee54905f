#!/bin/sh
mkdir -p out
echo "for $1" > "out/program-$1"
