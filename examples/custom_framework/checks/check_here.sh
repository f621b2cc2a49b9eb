#!/bin/sh
# Scripts run in their own folder.
[ -f check_here.sh ]
