#!/usr/bin/env bash
# Everything one does with the project: ./do VERB. Installs what is missing, builds under build/PRESET, runs.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<'EOF'
usage: ./do VERB [ARGUMENTS]

  colourize ARGS   build if needed, then run the program with ARGS, e.g. ./do colourize photo.jpg
  build            build the program
  check            before a commit: check the format of what differs from the last one, and run the tests labelled fast;
                   a quarter of a minute once built
  test             build, and run the tests that a change is likely to fail; minutes
  test all         these and the slow ones, what ptxas made of the CUDA kernels, under the sanitizers, for ARM, and the fuzzers
                   for 30 s each; half an hour
  test rest        what `all` has and `test` has not, but for mutants and ARM: CI runs `test` and this
  test nightly     all, the packages, the training of a small generator (installs PyTorch), every instruction set under the
                   sanitizers, the fuzzers for an hour each, and the largest networks; hours
  test NAME        one of the parts: slow, mutants, budgets, sanitize, threads, neon, training, packages
  package          build the Debian packages of the program and the library into build/package
  package cuda     the same with the CUDA backend into build/package-cuda; needs nvcc
  bench            build and run the benchmarks
  bench gpu-model  what a model expects of the CUDA kernels on three GPUs, layer by layer; needs no GPU
  bench convert    time and memory of converting and loading 874 MB; writes 3 GB into $TMPDIR
  bench film       a film's whole flow against the bare network, and its memory; makes films of some minutes
  bench colours    colour free pictures with every installed model and measure the results; --models NAME,NAME takes
                   these alone, named as for --model; needs Python and half a GB of disk; writes bench/results
  bench cpu        race the big engines on the same generators; needs Python, some GB of disk, and an hour at most
  fuzz [SECONDS]   run the fuzzers, 30 s each if not given
  format           format the sources; check them with clang-tidy where they differ from the last commit
  gpu [SECONDS]    the checks that need an NVIDIA GPU, in 540 s or as many as given: tests, compute-sanitizer, every kernel's time,
                   whole passes against PyTorch; writes bench/results
  gpu bundle       what `gpu` runs, as one folder for a machine that has a GPU and nothing to build with: build/gpu-bundle;
                   there, run.sh SECONDS
EOF
}

say() { printf 'do: %s\n' "$*" >&2; }

# What each verb needs, as packages of Debian and Ubuntu.
build_packages=(g++ cmake ninja-build pkg-config libeigen3-dev libhwy-dev nlohmann-json3-dev libfmt-dev libspdlog-dev libcli11-dev
  libjpeg-dev libpng-dev libtiff-dev libwebp-dev libopenjp2-7-dev libjxl-dev libheif-dev libopenexr-dev
  libexiv2-dev liblcms2-dev libminizip-dev libssl-dev libstb-dev
  libavformat-dev libavcodec-dev libavutil-dev libswscale-dev
  libcurl4-openssl-dev ca-certificates libgtest-dev libgmock-dev libbenchmark-dev libboost-context-dev)
neon_packages=(g++-aarch64-linux-gnu qemu-user googletest)
# ffmpeg makes the films of the tests, and says what is in ours; ExifTool, tiffinfo and jxlinfo say what is in photos; python3 reads the
# pages, groff and mandoc the manual.
test_packages=(ffmpeg python3 groff-base mandoc libimage-exiftool-perl libtiff-tools libjxl-tools)
package_packages=(dpkg-dev file)
root_packages=(lintian mmdebstrap)
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

# build PRESET [TARGETS]: quiet when all is built; says so when it takes a while; shows everything when it fails.
build() {
  local preset=$1 log="$root/build/$1.log"
  local targets=("${@:2}")
  [ ${#targets[@]} -gt 0 ] || targets=(all)
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
  if ! cmake --build "$root/build/$preset" --target "${targets[@]}" >"$log" 2>&1; then
    cat "$log" >&2
    say "the build failed"
    exit 1
  fi
}

# python_environment FOLDER WHAT PIP'S ARGUMENTS: a virtual environment with these packages, made once.
python_environment() {
  local folder=$1 what=$2
  need python3-venv
  [ -f "$folder/ready" ] && return 0
  say "installing $what into ${folder#"$root/"}"
  rm -rf "$folder"
  python3 -m venv "$folder" && "$folder/bin/pip" install --quiet "${@:3}" \
    || { say "$what could not be installed"; exit 1; }
  touch "$folder/ready"
}

# run_tests PRESET [CTEST'S OPTIONS]
run_tests() {
  local preset=$1
  say "tests ($*)"
  (cd "$(project_of "$preset")" && ctest --preset "$preset" --no-tests=error -j "$(nproc)" "${@:2}")
}

# The tiers are labels of tests: fast and released are `./do test`, slow is the rest. A program that was not built has no tests.
test_released() {
  need "${build_packages[@]}" "${test_packages[@]}"
  build release colourize tests_released
  run_tests release --label-exclude 'slow|mutant' --exclude-regex NOT_BUILT
}

test_slow() {
  need "${build_packages[@]}" "${test_packages[@]}"
  build release
  run_tests release --label-regex slow
}

# Kernels with one fault each, which the tests must catch, where the build has the emulation of CUDA.
test_mutants() {
  need "${build_packages[@]}" "${test_packages[@]}"
  build release
  if ! ninja -C "$root/build/release" -t query tests_mutants >/dev/null 2>&1; then
    say "tests (mutants): nothing to do, this build is without CUDA's headers"
    return 0
  fi
  build release tests_mutants
  run_tests release --label-regex mutant
}

# What differs from the last commit is held against the format; the rest was.
check() {
  need "${build_packages[@]}" clang-format python3
  local changed
  changed=$(cd "$root" && { git diff --name-only --diff-filter=d HEAD; git ls-files -o --exclude-standard; } | grep -E '\.(h|cpp)$' || true)
  if [ -n "$changed" ]; then (cd "$root" && xargs clang-format --dry-run --Werror <<<"$changed"); fi
  build release tests_fast
  run_tests release --label-regex fast --exclude-regex NOT_BUILT
}

# sanitize, or sanitize-all.
test_sanitize() {
  need "${build_packages[@]}" "${test_packages[@]}"
  build "$1"
  run_tests "$1"
}

# The recipe of the built-in generator, on pictures of scikit-image, with PyTorch in a virtual environment of its own.
test_training() {
  local folder="$root/build/training"
  need "${build_packages[@]}" python3-venv
  if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    say "tests (training): SKIPPED, the recipe needs Python 3.11 or newer"
    return 0
  fi
  build release colourize
  python_environment "$folder" "PyTorch, some GB," -r "$root/weights/builtin/training/requirements.txt"
  say "tests (training)"
  "$folder/bin/python" "$root/tests/training/small_run_test.py" "$root/build/release/apps/colourize"
}

# wide and deep at render factor 35, where one activation is a gigabyte: the fast path against the reference.
test_largest_networks() {
  local folder="$root/build/largest" kind
  build release
  mkdir -p "$folder"
  for kind in wide deep; do
    say "$kind at render factor 35"
    "$root/build/release/tests/write_full_size" "$kind" zip "$folder/$kind.pth"
    "$root/build/release/apps/colourize" compare "$root/docs/astronaut.png" --model "$folder/$kind.pth" --models-dir "$folder" \
      --render-factor 35 --against reference | tail -n 1
  done
  rm -rf "$folder"
}

# package, or package-cuda.
package() {
  need "${build_packages[@]}" "${package_packages[@]}"
  build "$1"
  if ! (cd "$root/build/$1" && rm -f ./*.deb && cpack) >"$root/build/$1.log" 2>&1; then
    cat "$root/build/$1.log" >&2
    say "the packages could not be made"
    exit 1
  fi
  ls "$root/build/$1"/*.deb
}

# Runs a test in a fresh root of Debian; exit code 77 means that it was skipped, and it has said why.
in_fresh_root() {
  local code=0
  say "tests (packages): $(basename "$1")"
  "$@" || code=$?
  [ "$code" -eq 0 ] || [ "$code" -eq 77 ] || exit 1
}

test_packages() {
  need "${root_packages[@]}"
  package package
  in_fresh_root "$root/tests/package/debian_test.sh" "$root/build/package" "$root" "$root/build/roots"
  in_fresh_root "$root/tests/package/dockerfile_test.py" "$root" "$root/build/roots"
}

# In an order that fails early.
test_rest() {
  test_budgets
  test_slow
  test_threads
  fuzz 30 1
  test_sanitize sanitize
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
  need "${build_packages[@]}"
  build release colourize
  local objects=("$root"/build/release/kernels/CMakeFiles/colourize_kernels.dir/cuda/*.cu.o)
  if [ ! -f "${objects[0]}" ]; then
    say "tests (budgets): nothing to do, this build is without CUDA"
    return 0
  fi
  if ! grep -q 'CMAKE_CUDA_COMPILER_VERSION "13\.0\.' "$root"/build/release/CMakeFiles/*/CMakeCUDACompiler.cmake; then
    say "tests (budgets): SKIPPED, they are those of nvcc 13.0"
    return 0
  fi
  need binutils
  python_environment "$folder" cuobjdump nvidia-cuda-cuobjdump==13.5.37 nvidia-cuda-nvdisasm==13.5.37
  cuobjdump=$(find "$folder" -path '*/bin/cuobjdump' -type f | head -n 1)
  say "tests (budgets)"
  # A build that was told its architectures (CUDAARCHS) is held to theirs.
  "$folder/bin/python" "$root/tests/budgets/check.py" ${CUDAARCHS:+--built} "$cuobjdump" "$root/tests/budgets/budgets.csv" "${objects[@]}"
}

# libav* is not instrumented: what it does inside is not seen, what we do around it is.
test_threads() {
  need "${build_packages[@]}"
  build threads threads_test
  say "tests (threads)"
  TSAN_OPTIONS="halt_on_error=1 suppressions=$root/tests/threads.suppressions" "$root/build/threads/tests/threads_test" --gtest_brief=1
}

# fuzz_one TARGET SECONDS SEED
fuzz_one() {
  local target=$1 seconds=$2 seed=$3 name
  name=$(basename "$target")
  say "$name for $seconds s"
  mkdir -p "$root/build/fuzz/corpus/$name"
  # New inputs go to the first folder; the committed corpus is the second. What breaks it is kept under build/fuzz.
  if ! (cd "$root/build/fuzz" && LSAN_OPTIONS="suppressions=$root/tests/leaks.txt:print_suppressions=0" "$target" -max_total_time="$seconds" -seed="$seed" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
          "corpus/$name" "$root/tests/fuzz/corpus/${name#fuzz_}" >"$name.log" 2>&1); then
    tail -n 60 "$root/build/fuzz/$name.log" >&2
    say "$name failed; the input that breaks it lies in build/fuzz"
    return 1
  fi
  say "$name: $(grep -E 'stat::number_of_executed_units' "$root/build/fuzz/$name.log" || echo 'no count')"
}

# fuzz SECONDS SEED: the same seed begins the same way each time; 0 is another each time. As many at once as there are processors.
fuzz() {
  local seconds=$1 seed=$2 target running=0 failed=0
  need "${build_packages[@]}" clang
  # Debian keeps clang's sanitizer runtime in a package of its own; elsewhere it comes with clang.
  if apt-cache show libclang-rt-dev >/dev/null 2>&1; then need libclang-rt-dev; fi
  build fuzz tests/fuzz/all
  for target in "$root"/build/fuzz/tests/fuzz/fuzz_*; do
    [ -x "$target" ] && [ -f "$target" ] || continue
    if [ "$running" -eq "$(nproc)" ]; then
      wait -n || failed=1
      running=$((running - 1))
    fi
    fuzz_one "$target" "$seconds" "$seed" &
    running=$((running + 1))
  done
  while [ "$running" -gt 0 ]; do
    wait -n || failed=1
    running=$((running - 1))
  done
  [ "$failed" -eq 0 ] || exit 1
}

# The programs, what they read, and the libraries that a machine may lack.
gpu_bundle() {
  local build="$root/build/release" to="$root/build/gpu-bundle" program library
  build release colourize
  if ! ninja -C "$build" -t query gpu_report >/dev/null 2>&1; then
    say "this build is without CUDA: nvcc (12.0 or newer) was not found; install it, remove build/release, try again"
    exit 1
  fi
  build release cuda_device_test gpu_report
  rm -rf "$to"
  mkdir -p "$to/lib" "$to/tests/golden" "$to/bench/gpu/report"
  for program in tests/cuda_device_test bench/gpu_report; do
    strip -o "$to/$(basename "$program")" "$build/$program"
    # glibc's own and the compiler's are everywhere.
    ldd "$build/$program" | grep -oE '/[^ ]*/lib(hwy|stdc\+\+|gcc_s)[^ ]*' | while read -r library; do cp -L "$library" "$to/lib"; done
  done
  cp "$root"/tests/golden/{wide,deep,ddcolor-tiny,ddcolor-large,wide-resnet18,deep-resnet18,ddcolor-small}.golden.safetensors \
    "$root/tests/golden/operations.safetensors" "$to/tests/golden"
  cp -r "$root/tests/oracle" "$to/tests/oracle"
  cp "$root/bench/layers.csv" "$to/bench"
  cp "$root"/bench/gpu/report/{torch_report,make_report}.py "$to/bench/gpu/report"
  cp "$root/bench/gpu/report/run.sh" "$to"
  rm -rf "$to/tests/oracle/__pycache__"
  say "$(du -sm "$to" | cut -f 1) MB in build/gpu-bundle; where the GPU is: run.sh [SECONDS]"
}

gpu() {
  local results name
  if ! command -v nvidia-smi >/dev/null || ! nvidia-smi -L >/dev/null 2>&1; then
    say "there is no NVIDIA GPU on this machine"
    exit 1
  fi
  gpu_bundle
  name=$(nvidia-smi --query-gpu=name --format=csv,noheader | head -n 1 | tr '[:upper:]' '[:lower:]' | tr -cs 'a-z0-9\n' -)
  results="$root/bench/results/$name-$(date +%F)"
  local code=0
  "$root/build/gpu-bundle/run.sh" "$1" "$root/build/gpu-bundle/report" || code=$?
  cp "$root/build/gpu-bundle/report/report.md" "$results.md"
  say "the report is bench/results/$(basename "$results").md, its figures are in build/gpu-bundle/report"
  exit "$code"
}

# race OPTIONS: ours and the other engines, in a virtual environment of its own; the table also goes to bench/results.
race() {
  local folder="$root/build/bench-cpu" results
  python_environment "$folder/venv" "torch, onnxruntime, openvino and ncnn, some GB," \
    torch torchvision onnx onnxruntime openvino ncnn pnnx numpy safetensors
  say "writing the generators in every engine's format, once"
  "$folder/venv/bin/python" -W ignore "$root/bench/engines/prepare.py" "$root/build/release/apps/colourize" \
    "$folder/models" wide deep lite ddcolor-tiny ddcolor-large
  results="$root/bench/results/cpu-$(date +%F).md"
  "$folder/venv/bin/python" -W ignore "$root/bench/engines/race.py" "$root/build/release/bench/forward" \
    "$folder/models" "$@" | tee "$folder/table.md"
  mkdir -p "$root/bench/results"
  cp "$folder/table.md" "$results"
  say "the table is in bench/results/$(basename "$results")"
}

# colours OPTIONS: the models side by side on the pictures of bench/colours/pictures.tsv, which some packages carry.
colours() {
  local folder="$root/build/bench-colours" results
  python_environment "$folder/venv" "three packages that carry free pictures" scikit-image matplotlib scikit-learn pillow
  results="$root/bench/results/colours-$(date +%F).md"
  "$folder/venv/bin/python" -B "$root/bench/colours/compare.py" "$root/build/release/apps/colourize" "$folder/pictures" "$@" |
    tee "$folder/table.md"
  mkdir -p "$root/bench/results"
  cp "$folder/table.md" "$results"
  say "the table is in bench/results/$(basename "$results"), the pictures are in build/bench-colours/pictures"
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
  check)
    check
    ;;
  test)
    case "${1:-}" in
      '') test_released ;;
      slow) test_slow ;;
      budgets) test_budgets ;;
      sanitize) test_sanitize sanitize ;;
      threads) test_threads ;;
      neon) test_neon ;;
      mutants) test_mutants ;;
      training) test_training ;;
      packages) test_packages ;;
      rest) test_rest ;;
      all | nightly)
        test_released
        test_rest
        test_mutants
        test_neon
        ;;
      *)
        usage >&2
        exit 2
        ;;
    esac
    if [ "${1:-}" = nightly ]; then
      test_training
      test_packages
      test_sanitize sanitize-all
      test_largest_networks
      fuzz 3600 0
    fi
    say "all tests passed"
    ;;
  fuzz)
    fuzz "${1:-30}" 0
    ;;
  bench)
    need "${build_packages[@]}"
    if [ "${1:-}" = colours ]; then build release colourize; else build release; fi
    case "${1:-}" in
      colours) colours "${@:2}" ;;
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
  package)
    case "${1:-}" in
      '') package package ;;
      cuda) package package-cuda ;;
      *)
        usage >&2
        exit 2
        ;;
    esac
    ;;
  format)
    need "${build_packages[@]}" "${format_packages[@]}"
    cd "$root"
    git ls-files -co --exclude-standard -- '*.h' '*.cpp' | xargs clang-format -i
    build release
    changed=$(git diff --name-only --diff-filter=d HEAD -- '*.cpp')
    # clang cannot read what g++ has precompiled.
    mkdir -p build/tidy
    sed -E 's# -include [^ ]*cmake_pch\.hxx##' build/release/compile_commands.json >build/tidy/compile_commands.json
    [ -z "$changed" ] || xargs clang-tidy -quiet -p build/tidy --extra-arg=-Wno-unknown-warning-option <<<"$changed"
    ;;
  gpu)
    need "${build_packages[@]}"
    if [ "${1:-}" = bundle ]; then
      gpu_bundle
    else
      gpu "${1:-540}"
    fi
    ;;
  -h | --help | help)
    usage
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac
