#!/bin/sh
echo "main.c:3: a tab" >&2
exit 2
