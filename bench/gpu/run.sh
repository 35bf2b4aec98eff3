#!/usr/bin/env bash
# The checks that need an NVIDIA GPU, each in a section of bench/results/GPU-DATE.md: tests on the device, compute-sanitizer over
# the kernels, `compare` for the three generators, our kernels against cuDNN layer by layer, whole passes against PyTorch.
#
#   run.sh BUILD        BUILD: the folder of a build with CUDA; $PYTHON: an interpreter that has torch, if there is one
#
# What is not on the machine (compute-sanitizer, cuDNN, torch) is said in its section. Exit code 1 when a check failed.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$1
python=${PYTHON:-python3}
work=$build/gpu
mkdir -p "$work" "$root/bench/results"
gpu=$(nvidia-smi --query-gpu=name --format=csv,noheader | head -n 1)
name=$(tr -cs 'a-zA-Z0-9\n' '-' <<<"${gpu,,}")-$(date +%F)
report=$root/bench/results/$name.md
failed=0

section() { printf '\n## %s\n\n' "$1" | tee -a "$report"; }
# checked TITLE COMMAND...: its last lines into the report, and whether it succeeded.
checked() {
  local title=$1 code
  shift
  section "$title"
  printf '    $ %s\n\n' "${*//$root\//}" | tee -a "$report"
  "$@" >"$work/output.txt" 2>&1
  code=$?
  tail -n 25 "$work/output.txt" | sed 's/^/    /' | tee -a "$report"
  [ "$code" -eq 0 ] || { failed=1; printf '\n**FAILED** (exit code %d)\n' "$code" | tee -a "$report"; }
}
absent() { printf 'Not run: %s is not on this machine.\n' "$1" | tee -a "$report"; }

{
  printf '# %s, %s\n\n' "$gpu" "$(date +%F)"
  printf 'Driver %s, commit %s; `./do gpu`\n' "$(nvidia-smi --query-gpu=driver_version --format=csv,noheader | head -n 1)" \
    "$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)"
} | tee "$report"

# A device that is not usable would have every test skipped.
checked "The device" "$build/apps/colourize" profile --device cuda --repeats 3
[ "$failed" -eq 0 ] || exit 1
checked "Tests on the device" "$build/tests/cuda_device_test" --gtest_brief=1 --gtest_output="xml:$work/tests.xml"
grep -o 'name="[a-z_0-9]*error[^>]*value="[^"]*"' "$work/tests.xml" 2>/dev/null | tee -a "$report"

sanitizer=$(command -v compute-sanitizer || ls /usr/local/cuda/bin/compute-sanitizer 2>/dev/null)
if [ -n "$sanitizer" ]; then
  for tool in memcheck racecheck initcheck synccheck; do
    checked "compute-sanitizer $tool" "$sanitizer" --tool "$tool" --error-exitcode 1 \
      "$build/tests/cuda_device_test" --gtest_brief=1 --gtest_filter='*CudaBackend.EqualsTheReference/*'
  done
else
  section "compute-sanitizer"
  absent compute-sanitizer
fi

# The recipe's checkpoints at full size, converted as a user's are.
for kind in wide deep; do
  [ -f "$work/$kind.safetensors" ] && continue
  "$build/tests/write_full_size" "$kind" zip "$work/$kind.pth" &&
    "$build/apps/colourize" convert "$work/$kind.pth" -o "$work/$kind.safetensors" --quiet && rm -f "$work/$kind.pth"
done
photo=$root/tests/golden/astronaut-181x133.png
for model in lite "$work/wide.safetensors" "$work/deep.safetensors"; do
  checked "compare, $(basename "$model" .safetensors)" "$build/apps/colourize" compare "$photo" --model "$model" \
    --device cuda --against reference
  checked "compare in float32, $(basename "$model" .safetensors)" "$build/apps/colourize" compare "$photo" --model "$model" \
    --device cuda --against reference --precision fp32
done
checked "profile, wide at 336" "$build/apps/colourize" profile --model "$work/wide.safetensors" --device cuda \
  --render-factor 21 --repeats 20
cp "$work/output.txt" "$work/profile-wide-336.txt"

if [ -x "$build/bench/gpu_layers" ]; then
  checked "Layer by layer against cuDNN (bench/results/$name-layers.csv)" "$build/bench/gpu_layers" \
    --benchmark_out="$root/bench/results/$name-layers.csv" --benchmark_out_format=csv
  "$python" "$root/bench/gpu/layers_table.py" "$root/bench/results/$name-layers.csv" | tee -a "$report"
  [ "${PIPESTATUS[0]}" -eq 0 ] || failed=1
else
  section "Layer by layer against cuDNN"
  absent cuDNN
fi

section "Whole passes against PyTorch (bench/results/$name.csv)"
if "$python" -c 'import numpy, safetensors, torch, torchvision' 2>/dev/null; then
  { "$python" -W ignore "$root/bench/engines/prepare.py" "$build/apps/colourize" "$work/models" --ours-only wide deep lite &&
    "$python" -W ignore "$root/bench/gpu/race.py" "$build/bench/forward" "$work/models" \
      --csv "$root/bench/results/$name.csv"; } 2>&1 | tee -a "$report"
  [ "${PIPESTATUS[0]}" -eq 0 ] || failed=1
else
  absent "PyTorch (with torchvision, numpy and safetensors)"
fi

printf 'do: the report is bench/results/%s\n' "$(basename "$report")" >&2
exit "$failed"
