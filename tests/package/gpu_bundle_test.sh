#!/usr/bin/env bash
# The folder that `./do gpu bundle` makes, moved away from the sources, on a machine without a GPU: its programs start, and
# run.sh skips everything, says so, and exits with 77.
#
#   gpu_bundle_test.sh SOURCES
set -euo pipefail
root=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if command -v nvidia-smi >/dev/null && nvidia-smi -L >/dev/null 2>&1; then
  echo "skipped: this machine has a GPU, where run.sh measures for minutes"
  exit 77
fi

"$root/do" gpu bundle
cp -r "$root/build/gpu-bundle" "$scratch/moved"
code=0
env -i PATH="$PATH" "$scratch/moved/run.sh" 60 "$scratch/report" || code=$?
[ "$code" -eq 77 ] || { echo "run.sh exited with $code where there is no GPU"; exit 1; }
grep -q 'skipped: there is no NVIDIA GPU' "$scratch/report/report.md" || { cat "$scratch/report/report.md"; exit 1; }

# The programs find their data and libraries beside them.
export LD_LIBRARY_PATH="$scratch/moved/lib" COLOURIZE_TESTS="$scratch/moved/tests" COLOURIZE_LAYERS="$scratch/moved/bench/layers.csv"
cases=$("$scratch/moved/cuda_device_test" --gtest_list_tests | grep -c convolution_)
[ "$cases" -gt 100 ] || { echo "only $cases tests of convolutions were found"; exit 1; }
code=0
"$scratch/moved/gpu_report" ceilings 1 2>"$scratch/says" || code=$?
[ "$code" -eq 77 ] && grep -q 'there is no NVIDIA GPU' "$scratch/says" || { cat "$scratch/says"; exit 1; }
echo "the bundle has $(du -sm "$scratch/moved" | cut -f 1) MB"
