#!/bin/sh
# This one fails, to show what a failure looks like: what it writes becomes its text.
sum=$((2 + 2))
if [ "$sum" -ne 5 ]; then
  echo "expected 5, got $sum"
  exit 1
fi
