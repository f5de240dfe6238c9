#!/usr/bin/env bash
# Runs every fuzz target for the given number of seconds; keeps what each has learnt in build/fuzz/corpus.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
found=0
while IFS= read -r target; do
  name=$(basename "$target")
  corpus=build/fuzz/corpus/$name
  mkdir -p "$corpus"
  echo "== $name"
  (cd build/fuzz && "../../$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=0 "corpus/$name" 2>&1 | tail -n 3)
  found=$((found + 1))
done < <(find build/fuzz/src -type f -name '*_fuzz' -perm -u+x | sort)
echo "$found fuzz targets ran for $seconds s each without a finding"
