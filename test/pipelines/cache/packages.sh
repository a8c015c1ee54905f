#!/bin/sh
[ -d packages ] && echo "The packages were in the cache." && exit
echo "Downloading the packages."
mkdir packages
touch packages/left-pad packages/right-pad
