#!/bin/sh
# SPDX-License-Identifier: MIT
# A setup script of nextest: gives the tests it is for a variable.
if [ -n "$NASTY_SETUP_FAILS" ]; then
  echo "the setup script gives up" >&2
  exit 5
fi
echo "NASTY_PREPARED=yes" >> "$NEXTEST_ENV"
