#!/usr/bin/env bash
# Writes the lock files anew: every version with its hashes, for every Python and platform, and no download address.
# Needs `uv` on PATH. torch stays out: its CPU and CUDA builds differ, so it is installed first and by exact version.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

lock() {
    local target=$1
    shift
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links pyproject.toml "$@" --output-file "requirements/$target.lock"
}

no_torch=$(mktemp)
trap 'rm -f "$no_torch"' EXIT
echo "torch; sys_platform == 'never'" >"$no_torch"

lock base --extra build
lock postgres --extra build --extra postgres --constraint requirements/base.lock
lock dev --extra build --extra postgres --extra dev --constraint requirements/base.lock
lock transformers --extra transformers --extra transformers-test --override "$no_torch" --constraint requirements/dev.lock
