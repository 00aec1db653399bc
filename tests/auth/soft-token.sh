#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# soft-token.sh FOLDER make ID           - a FIDO2 token that is a file; prints its line of u2f.keys
# soft-token.sh FOLDER answer CHALLENGE ORIGIN [FLAGS]
#     - touches it: prints authenticator data and signature, base64, as fido2-assert(1) does
#
# WebAuthn, 6.1: authenticator data are the hash of the origin, flags (01: somebody touched it) and a counter; signed are
# these and the challenge (client data hash), ES256. The data come as a byte string of CBOR (RFC 8949, 3.1).
set -euo pipefail

folder=$1 key=$1/key.pem
case $2 in
  make)
    mkdir -p "$folder"
    openssl ecparam -name prime256v1 -genkey -noout -out "$key"
    # The last 64 bytes of its DER are the point.
    printf '%s:%s,%s,es256,+presence\n' "$3" "$(openssl rand -base64 24)" \
      "$(openssl ec -in "$key" -pubout -outform DER 2>/dev/null | tail -c 64 | base64 -w 0)"
    ;;
  answer)
    {
      printf '%s' "$4" | openssl dgst -sha256 -binary
      # shellcheck disable=SC2059
      printf "\\x${5:-01}\\x00\\x00\\x00\\x2a"
    } >"$folder/data"
    { cat "$folder/data"; base64 -d <<<"$3"; } | openssl dgst -sha256 -sign "$key" >"$folder/signature"
    { printf '\x58\x25'; cat "$folder/data"; } | base64 -w 0
    echo
    base64 -w 0 "$folder/signature"
    echo
    ;;
esac
