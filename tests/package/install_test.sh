#!/usr/bin/env bash
# The library as others find it: installs a build into a folder of its own, builds examples/ against what lies there, by CMake and by
# pkg-config, and runs them.
#   install_test.sh BUILD SOURCE VERSION
set -euo pipefail
build=$1
source=$2
version=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() { printf 'install_test: %s\n' "$*" >&2; exit 1; }

cmake --install "$build" --prefix "$folder/root" >"$folder/install.log" || { cat "$folder/install.log" >&2; fail "does not install"; }
library=$(dirname "$(find "$folder/root" -name 'libcolourize.so')")
[ -f "$folder/root/include/colourize/colourize.h" ] || fail "the header is not installed"
strays=$(find "$folder/root/include" -type f ! -path '*/include/colourize/*')
[ -z "$strays" ] || fail "headers outside colourize/: $strays"

# The committed list is the promise: what is taken away breaks programs that exist.
nm -D --defined-only "$library/libcolourize.so" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort >"$folder/symbols"
diff -u "$source/tests/package/symbols.txt" "$folder/symbols" || fail "the library shows other symbols than tests/package/symbols.txt"
soname=$(objdump -p "$library/libcolourize.so" | awk '/SONAME/ { print $2 }')
[ "$soname" = "libcolourize.so.${version%%.*}" ] || fail "its SONAME is $soname"

# By CMake.
cmake -S "$source/examples" -B "$folder/examples" -DCMAKE_PREFIX_PATH="$folder/root" >"$folder/log" 2>&1 &&
  cmake --build "$folder/examples" >>"$folder/log" 2>&1 || { cat "$folder/log" >&2; fail "examples do not build by CMake"; }
"$folder/examples/photo" "$source/docs/cat.png" "$folder/cat.jpg"
"$folder/examples/photo_c" "$folder/ramp.ppm"
[ "$(head -c 2 "$folder/cat.jpg" | od -An -tx1)" = " ff d8" ] || fail "photo wrote no JPEG"
[ "$(head -c 2 "$folder/ramp.ppm")" = P6 ] || fail "photo_c wrote no PPM"
ffmpeg -v error -f lavfi -i testsrc=size=64x48:rate=25:duration=1 -pix_fmt gray "$folder/film.mkv"
"$folder/examples/film" "$folder/film.mkv" "$folder/film.colour.mkv" 2>/dev/null | grep -qx '25 frames' || fail "film did not colour 25 frames"
if "$folder/examples/photo" "$folder/none.png" "$folder/out.png" 2>"$folder/message"; then fail "photo took a file that is not there"; fi
grep -q 'none.png' "$folder/message" || fail "its message does not name the file"

# By pkg-config, C as C99 and C++ as C++17.
export PKG_CONFIG_PATH=$library/pkgconfig
[ "$(pkg-config --modversion colourize)" = "$version" ] || fail "pkg-config says another version"
read -ra flags < <(pkg-config --cflags --libs colourize)
cc -std=c99 -pedantic -Wall -Wextra -Werror "$source/examples/photo.c" -o "$folder/photo_c" "${flags[@]}"
c++ -std=c++17 -Wall -Wextra -Wconversion -Werror "$source/examples/film.cpp" -o "$folder/film" "${flags[@]}"
LD_LIBRARY_PATH=$library "$folder/photo_c" "$folder/again.ppm"
cmp "$folder/ramp.ppm" "$folder/again.ppm"

# The static library, with nothing of ours left to load.
cat >"$folder/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.16)
project(static_photo LANGUAGES C CXX)
find_package(Colourize REQUIRED COMPONENTS static)
add_executable(photo ${PHOTO})
target_link_libraries(photo PRIVATE Colourize::colourize_static)
END
cmake -S "$folder" -B "$folder/static" -DCMAKE_PREFIX_PATH="$folder/root" -DPHOTO="$source/examples/photo.c" >"$folder/log" 2>&1 &&
  cmake --build "$folder/static" >>"$folder/log" 2>&1 || { cat "$folder/log" >&2; fail "the static library does not link"; }
if ldd "$folder/static/photo" | grep -q libcolourize; then fail "the static program loads libcolourize.so"; fi
"$folder/static/photo" "$folder/static.ppm"
cmp "$folder/ramp.ppm" "$folder/static.ppm"

# The program and its library's examples say the same version.
"$folder/root/bin/colourize" --version | grep -qF "$version" || fail "the program says another version"
echo "install_test: all is as it should be"
