#!/bin/sh
# A test is a script: it passes when it exits with 0.
greeting=$(printf 'hello, %s' world)
[ "$greeting" = "hello, world" ]
