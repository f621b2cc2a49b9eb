#!/bin/sh
sorted=$(printf '3\n1\n2\n' | sort | tr '\n' ' ')
[ "$sorted" = "1 2 3 " ]
