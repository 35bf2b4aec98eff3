#!/usr/bin/env bash
# What a GPU does with this project, in SECONDS (540): correctness first, then figures. Runs from the folder that
# `./do gpu bundle` made, on a machine that has an NVIDIA driver and needs nothing else; PyTorch and compute-sanitizer are
# used where they are.
#
#   run.sh [SECONDS [FOLDER]]     FOLDER: gets report.jsonl, report.md and logs.tar.gz; `report` beside this file
#
# Changes no setting of the GPU. Exit codes: 0 all held, 1 something failed, 77 there is no GPU.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
seconds=${1:-540}
out=${2:-$here/report}
mkdir -p "$out"
out=$(cd "$out" && pwd)
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
export LD_LIBRARY_PATH="$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export COLOURIZE_TESTS="$here/tests" COLOURIZE_LAYERS="$here/bench/layers.csv"
report=$out/report.jsonl
: >"$report"
python=${PYTHON:-python3}
failed=0

left() { echo $((seconds - SECONDS)); }
line() { printf '{"phase":"%s","name":"%s","ok":%s,"value":%s,"unit":"%s"}\n' "$@" >>"$report"; }
# phase NAME LIMIT COMMAND...: figures go to the report, the rest to a log. 77: the phase was skipped.
phase() {
  local name=$1 limit=$2 code
  shift 2
  [ "$(left)" -ge 5 ] || { line "$name" "not run: the time is over" null null ""; return 0; }
  [ "$limit" -le "$(left)" ] || limit=$(left)
  printf '%4d s: %s\n' "$SECONDS" "$name"
  # A phase that minds the time stops by itself a little before it is stopped.
  timeout "$limit" "${@//LIMIT/$((limit * 9 / 10))}" >>"$report" 2>"$logs/$name.log"
  code=$?
  case $code in
    0) ;;
    124) line "$name" "stopped: its time was over" null null "" ;;
    77) line "$name" "skipped: $(tail -n 1 "$logs/$name.log" | tr -d '"\\')" null null "" ;;
    *) failed=1; line "$name" "exit code $code" false "$code" ""; tail -n 5 "$logs/$name.log" ;;
  esac
  return $code
}

# tests NAME FILTER LIMIT [WRAPPER...]: as many processes as share the work well; a line for each test that failed.
tests() {
  local name=$1 filter=$2 limit=$3 shards=${4:-8} shard
  local wrapper=("${@:5}")
  [ "$limit" -le "$(left)" ] || limit=$(left)
  printf '%4d s: %s\n' "$SECONDS" "$name"
  for ((shard = 0; shard < shards; ++shard)); do
    GTEST_TOTAL_SHARDS=$shards GTEST_SHARD_INDEX=$shard timeout "$limit" "${wrapper[@]}" "$here/cuda_device_test" \
      --gtest_brief=1 --gtest_filter="$filter" --gtest_output="xml:$logs/$name-$shard.xml" >"$logs/$name-$shard.log" 2>&1 &
  done
  local bad=0 job
  for job in $(jobs -p); do
    [ "$job" = "${clocks:-}" ] && continue
    wait "$job" || bad=1
  done
  local count
  count=$(cat "$logs/$name"-*.log | grep -oE '^\[  PASSED  \] [0-9]+' | awk '{ all += $4 } END { print all + 0 }')
  # Where the device cannot be used every test is skipped, and that is no success.
  if [ "$bad" -eq 0 ] && [ "$count" -gt 0 ]; then
    line "$name" "tests passed" true "$count" tests
  elif [ "$bad" -eq 0 ]; then
    bad=1 failed=1
    line "$name" "no test ran: all were skipped" false null ""
  else
    failed=1
    line "$name" "$(cat "$logs/$name"-*.log | grep -hE 'FAILED  \]|ERROR SUMMARY: [1-9]' | head -n 3 | tr -d '"\\' | paste -sd' ')" \
      false null ""
  fi
  return $bad
}

if ! command -v nvidia-smi >/dev/null || ! nvidia-smi -L >/dev/null 2>&1; then
  echo "there is no NVIDIA GPU on this machine: all phases are skipped" >&2
  line "all" "skipped: there is no NVIDIA GPU on this machine" null null ""
  "$python" "$here/bench/gpu/report/make_report.py" "$report" >"$out/report.md" 2>/dev/null
  exit 77
fi
nvidia-smi --query-gpu=timestamp,clocks.sm,clocks.mem,power.draw,temperature.gpu --format=csv,noheader -lms 200 >"$logs/clocks.csv" 2>&1 &
clocks=$!

phase ceilings 20 "$here/gpu_report" ceilings LIMIT
# A wrong number makes every figure worthless.
if tests tests '*' 100; then
  sanitizer=$(command -v compute-sanitizer || ls /usr/local/cuda/bin/compute-sanitizer 2>/dev/null)
  if [ -n "$sanitizer" ]; then
    for tool in memcheck racecheck synccheck; do
      tests "$tool" '*CudaBackend.EqualsTheReference/*:*CudaPicture*:*CudaTile*_splits3' 60 4 \
        "$sanitizer" --tool "$tool" --error-exitcode 1
    done
  else
    line sanitizers "skipped: compute-sanitizer is not on this machine" null null ""
  fi
  phase passes 90 "$here/gpu_report" passes LIMIT
  phase flows 60 "$here/gpu_report" flows LIMIT
  torch=$here/bench/gpu/report/torch_report.py
  phase torch-passes 60 "$python" -W ignore "$torch" passes LIMIT
  phase tiles 90 "$here/gpu_report" tiles LIMIT
  phase torch-layers 60 "$python" -W ignore "$torch" layers LIMIT
  if [ "$(left)" -ge 120 ]; then phase torch-compile "$(left)" "$python" -W ignore "$torch" compile LIMIT; fi
fi
kill "$clocks" 2>/dev/null
tar -czf "$out/logs.tar.gz" -C "$logs" . 2>/dev/null
"$python" "$here/bench/gpu/report/make_report.py" "$report" >"$out/report.md" || failed=1
printf '%4d s: the report is %s\n' "$SECONDS" "$out/report.md"
exit "$failed"
