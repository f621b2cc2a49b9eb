#!/usr/bin/env bash
# Outputs what the artifact and the cache are called, so that parts and configurations have their own.
set -euo pipefail

part=${OFFLOAD_SHARD:+-${OFFLOAD_SHARD/\//-of-}}
# Commas and the characters that names of artifacts must not have.
plain() { tr -c 'A-Za-z0-9._\n-' '_' <<<"$1"; }
{
  echo "artifact=$(plain "$OFFLOAD_UPLOAD$part")"
  echo "key=offload-durations-$(plain "$OFFLOAD_FOLDER-$OFFLOAD_CONFIG$part")"
} >>"$GITHUB_OUTPUT"
