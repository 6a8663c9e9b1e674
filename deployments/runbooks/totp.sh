#!/usr/bin/env bash
# What an authenticator app shows for a secret now (RFC 6238, SHA-1, 30 seconds,
# six digits), for follow.sh and for machines without an app at hand.
#   deployments/runbooks/totp.sh JBSWY3DPEHPK3PXP
set -euo pipefail
key=$(printf %s "${1:?which secret}" | base32 -d | od -An -v -tx1 | tr -d ' \n')
step=$(printf '%016x' $(($(date +%s) / 30)) | sed 's/../\\x&/g')
mac=$(printf "$step" | openssl dgst -sha1 -mac HMAC -macopt "hexkey:$key" | sed 's/.* //')
at=$((16#${mac:39:1} * 2))
printf '%06d\n' $(((16#${mac:at:8} & 0x7fffffff) % 1000000))
