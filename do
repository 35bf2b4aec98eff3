#!/usr/bin/env bash
# Everything one does with the project: ./do VERB. Installs what is missing, builds under build/PRESET, runs.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<'EOF'
usage: ./do VERB [ARGUMENTS]

  colourize ARGS   build if needed, then run the program with ARGS, e.g. ./do colourize photo.jpg
  build            build the program
  test [quick]     build and run every test: as released, what ptxas made of the CUDA kernels, for ARM, under ThreadSanitizer and
                   under the other sanitizers, and the fuzzers for 30 s each
                   (quick: as released only)
  test budgets     what ptxas made of the CUDA kernels, against tests/budgets
  test threads     what runs side by side, under ThreadSanitizer
  test neon        the CPU backends' tests for 64-bit ARM: cross-compiled, and run under emulation
  bench            build and run the benchmarks
  bench gpu-model  what a model says of the CUDA kernels on three GPUs, layer by layer; needs no GPU
  bench convert    time and memory of converting and loading 874 MB; writes 3 GB into $TMPDIR
  bench film       a film's whole flow against the bare network, and its memory; makes films of some minutes
  bench cpu        race the big engines on the same generators; needs Python, some GB of disk, and an hour at most
  fuzz [SECONDS]   run the fuzzers, 30 s each if not said otherwise
  format           format the sources; check them with clang-tidy where they differ from the last commit
  gpu              the checks that need an NVIDIA GPU: tests, compute-sanitizer, races against cuDNN and PyTorch; writes
                   bench/results
EOF
}

say() { printf 'do: %s\n' "$*" >&2; }

# What each verb needs, as packages of Debian and Ubuntu.
build_packages=(g++ cmake ninja-build pkg-config libeigen3-dev libhwy-dev nlohmann-json3-dev libspdlog-dev libcli11-dev
  libjpeg-dev libpng-dev libexiv2-dev libminizip-dev libssl-dev libstb-dev
  libavformat-dev libavcodec-dev libavutil-dev libswscale-dev
  libcurl4-openssl-dev ca-certificates libgtest-dev libgmock-dev libbenchmark-dev libboost-context-dev)
neon_packages=(g++-aarch64-linux-gnu qemu-user googletest)
test_packages=(ffmpeg)  # makes the films of the tests, and says what is in ours
format_packages=(clang-format clang-tidy)

installed() { dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

# Installs those of the given packages that are missing, or prints the one line that does where we may not.
need() {
  local missing=() package
  for package in "$@"; do
    installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
      as_root=(sudo)
    else
      say "some packages are missing, and only root may install them. Run this once, then ./do again:"
      printf '  sudo apt-get update && sudo apt-get install -y --no-install-recommends %s\n' "${missing[*]}" >&2
      exit 1
    fi
  fi
  say "installing ${missing[*]}"
  local log
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
         apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    say "the packages could not be installed"
    exit 1
  fi
  rm -f "$log"
}

# The folder that a preset is of.
project_of() {
  case "$1" in
    neon) printf '%s\n' "$root/tests/neon" ;;
    *) printf '%s\n' "$root" ;;
  esac
}

# build PRESET [TARGET]: quiet when all is built; says so when it takes a while; shows everything when it fails.
build() {
  local preset=$1 target=${2:-all} log="$root/build/$1.log"
  # Somebody else's build is used as it is.
  if [ -f "$root/build/$preset/build.ninja" ] && [ ! -w "$root/build/$preset" ]; then return 0; fi
  mkdir -p "$root/build"
  if [ ! -f "$root/build/$preset/build.ninja" ]; then
    say "building ($preset); the first time this takes some minutes"
    if ! (cd "$(project_of "$preset")" && cmake --preset "$preset") >"$log" 2>&1; then
      rm -f "$root/build/$preset/build.ninja"
      cat "$log" >&2
      say "the build could not be configured"
      exit 1
    fi
  fi
  if ! cmake --build "$root/build/$preset" --target "$target" >"$log" 2>&1; then
    cat "$log" >&2
    say "the build failed"
    exit 1
  fi
}

run_tests() {
  say "tests ($1)"
  (cd "$(project_of "$1")" && ctest --preset "$1" --no-tests=error -j "$(nproc)")
}

# Lays Highway for 64-bit ARM into build/neon/packages: apt with a memory of its own fetches what a foreign architecture
# would otherwise have to be added to the machine for. Fails where the distribution's mirror has nothing for ARM.
fetch_arm_packages() {
  local folder="$root/build/neon" log="$root/build/neon.log" package library
  [ -d "$folder/packages" ] && return 0
  local private=(-o "Dir::State=$folder/apt/state" -o "Dir::State::status=$folder/apt/state/status"
    -o "Dir::Cache=$folder/apt/cache" -o APT::Architecture=arm64 -o APT::Architectures::=arm64
    -o Acquire::Languages=none -o APT::Sandbox::User=root)
  rm -rf "$folder/apt" "$folder/packages.new"
  mkdir -p "$folder/apt/state/lists/partial" "$folder/apt/cache/archives/partial"
  touch "$folder/apt/state/status"
  apt-get "${private[@]}" update >"$log" 2>&1 || return 1
  # Its name has the version of its interface in it.
  library=$(apt-cache "${private[@]}" show --no-all-versions libhwy-dev 2>>"$log" |
    sed -nE 's/^Depends:.*\b(libhwy[0-9][a-z0-9]*).*/\1/p')
  [ -n "$library" ] || return 1
  (cd "$folder/apt" && apt-get "${private[@]}" download "$library" libhwy-dev) >>"$log" 2>&1 || return 1
  for package in "$folder/apt/"*.deb; do
    dpkg-deb -x "$package" "$folder/packages.new" >>"$log" 2>&1 || return 1
  done
  rm -rf "$folder/apt"
  mv "$folder/packages.new" "$folder/packages"
}

test_neon() {
  if [ "$(uname -m)" = aarch64 ]; then
    say "tests (neon): nothing to do, this is an ARM processor; the release tests run NEON"
    return 0
  fi
  if ! fetch_arm_packages; then
    # Debian's mirrors have every architecture: there it is an error. Ubuntu's, for one, have not.
    if grep -qx 'ID=debian' /etc/os-release; then
      cat "$root/build/neon.log" >&2
      say "Highway for ARM could not be fetched"
      exit 1
    fi
    say "tests (neon): SKIPPED, this distribution's mirror has no packages for ARM; build/neon.log has apt's words"
    return 0
  fi
  need "${build_packages[@]}" "${neon_packages[@]}"
  build neon
  run_tests neon
}

# What ptxas made of the CUDA kernels, against their budgets, where the build has them.
test_budgets() {
  local folder="$root/build/budgets" cuobjdump
  local objects=("$root"/build/release/kernels/CMakeFiles/colourize_kernels.dir/cuda/*.cu.o)
  if [ ! -f "${objects[0]}" ]; then
    say "tests (budgets): nothing to do, this build is without CUDA"
    return 0
  fi
  if ! grep -q 'CMAKE_CUDA_COMPILER_VERSION "13\.0\.' "$root"/build/release/CMakeFiles/*/CMakeCUDACompiler.cmake; then
    say "tests (budgets): SKIPPED, they are those of nvcc 13.0"
    return 0
  fi
  need python3-venv binutils
  if [ ! -f "$folder/ready" ]; then
    rm -rf "$folder"
    python3 -m venv "$folder" && "$folder/bin/pip" install --quiet nvidia-cuda-cuobjdump==13.5.37 nvidia-cuda-nvdisasm==13.5.37 \
      || { say "tests (budgets): cuobjdump could not be installed"; exit 1; }
    touch "$folder/ready"
  fi
  cuobjdump=$(find "$folder" -path '*/bin/cuobjdump' -type f | head -n 1)
  say "tests (budgets)"
  "$folder/bin/python" "$root/tests/budgets/check.py" "$cuobjdump" "$root/tests/budgets/budgets.csv" "${objects[@]}"
}

# libav* is not instrumented: what it does inside is not seen, what we do around it is.
test_threads() {
  build threads threads_test
  say "tests (threads)"
  TSAN_OPTIONS=halt_on_error=1 "$root/build/threads/tests/threads_test" --gtest_brief=1
}

# fuzz SECONDS SEED: the same seed begins the same way each time; 0 is another each time.
fuzz() {
  local seconds=$1 seed=$2 target name
  need "${build_packages[@]}" clang
  # Debian keeps clang's sanitizer runtime in a package of its own; elsewhere it comes with clang.
  if apt-cache show libclang-rt-dev >/dev/null 2>&1; then need libclang-rt-dev; fi
  build fuzz
  for target in "$root"/build/fuzz/tests/fuzz/fuzz_*; do
    [ -x "$target" ] && [ -f "$target" ] || continue
    name=$(basename "$target")
    say "$name for $seconds s"
    mkdir -p "$root/build/fuzz/corpus/$name"
    # New inputs go to the first folder; the committed corpus is the second. What breaks it is kept under build/fuzz.
    if ! (cd "$root/build/fuzz" && "$target" -max_total_time="$seconds" -seed="$seed" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
            "corpus/$name" "$root/tests/fuzz/corpus/${name#fuzz_}" >"$name.log" 2>&1); then
      tail -n 60 "$root/build/fuzz/$name.log" >&2
      say "$name failed; the input that breaks it lies in build/fuzz"
      exit 1
    fi
    grep -E 'stat::number_of_executed_units' "$root/build/fuzz/$name.log" >&2 || true
  done
}

# race OPTIONS: ours and the other engines, in a virtual environment of its own; the table also goes to bench/results.
race() {
  local folder="$root/build/bench-cpu" results
  need python3-venv
  if [ ! -f "$folder/venv/ready" ]; then
    say "installing torch, onnxruntime, openvino and ncnn into build/bench-cpu/venv; this is some GB"
    rm -rf "$folder/venv"
    python3 -m venv "$folder/venv"
    "$folder/venv/bin/pip" install --quiet torch torchvision onnx onnxruntime openvino ncnn pnnx numpy safetensors \
      || { say "the engines could not be installed"; exit 1; }
    touch "$folder/venv/ready"
  fi
  say "writing the generators in every engine's format, once"
  "$folder/venv/bin/python" -W ignore "$root/bench/engines/prepare.py" "$root/build/release/apps/colourize" \
    "$folder/models" wide deep lite
  results="$root/bench/results/cpu-$(date +%F).md"
  "$folder/venv/bin/python" -W ignore "$root/bench/engines/race.py" "$root/build/release/bench/forward" \
    "$folder/models" "$@" | tee "$folder/table.md"
  mkdir -p "$root/bench/results"
  cp "$folder/table.md" "$results"
  say "the table is in bench/results/$(basename "$results")"
}

verb=${1:-}
[ $# -gt 0 ] && shift
case "$verb" in
  build)
    need "${build_packages[@]}"
    build release
    ;;
  colourize)
    need "${build_packages[@]}"
    build release colourize
    exec "$root/build/release/apps/colourize" "$@"
    ;;
  test)
    if [ "${1:-}" = neon ]; then
      test_neon
      exit
    fi
    if [ "${1:-}" = threads ]; then
      need "${build_packages[@]}"
      test_threads
      exit
    fi
    if [ "${1:-}" = budgets ]; then
      need "${build_packages[@]}"
      build release colourize
      test_budgets
      exit
    fi
    need "${build_packages[@]}" "${test_packages[@]}"
    build release
    run_tests release
    if [ "${1:-}" != quick ]; then
      test_budgets
      test_neon
      test_threads
      build sanitize
      run_tests sanitize
      fuzz 30 1
    fi
    say "all tests passed"
    ;;
  fuzz)
    fuzz "${1:-30}" 0
    ;;
  bench)
    need "${build_packages[@]}"
    build release
    case "${1:-}" in
      convert) exec "$root/build/release/bench/bench_convert" "${@:2}" ;;
      cpu) race "${@:2}" ;;
      film)
        need "${test_packages[@]}"
        exec "$root/bench/film/run.sh" "$root/build/release" "${@:2}"
        ;;
      gpu-model) exec "$root/build/release/bench/gpu_model" ;;
      *) exec "$root/build/release/bench/bench" "$@" ;;
    esac
    ;;
  format)
    need "${build_packages[@]}" "${format_packages[@]}"
    cd "$root"
    git ls-files -co --exclude-standard -- '*.h' '*.cpp' | xargs clang-format -i
    build release
    changed=$(git diff --name-only --diff-filter=d HEAD -- '*.cpp')
    [ -z "$changed" ] || xargs clang-tidy -quiet -p build/release --extra-arg=-Wno-unknown-warning-option <<<"$changed"
    ;;
  gpu)
    if ! command -v nvidia-smi >/dev/null || ! nvidia-smi -L >/dev/null 2>&1; then
      say "there is no NVIDIA GPU on this machine"
      exit 1
    fi
    need "${build_packages[@]}"
    build release
    if [ ! -x "$root/build/release/tests/cuda_device_test" ]; then
      say "this build is without CUDA: nvcc (12.0 or newer) was not found; install it, remove build/release, try again"
      exit 1
    fi
    exec "$root/bench/gpu/run.sh" "$root/build/release"
    ;;
  -h | --help | help)
    usage
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac
