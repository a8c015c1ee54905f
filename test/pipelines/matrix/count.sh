#!/bin/sh
# How many characters are four letters, one with an umlaut?
printf 'Käse' | wc -m
