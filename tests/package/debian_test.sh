#!/usr/bin/env bash
# The Debian packages, as somebody meets them on a fresh Debian 12: lintian's opinion, then apt installs them, the program
# colours, the examples compile against the library, and removing them leaves nothing.
#   debian_test.sh PACKAGES SOURCE ROOTS    the folder of the .deb files, the source tree, where downloaded roots are kept
# Exit code 77, after a line SKIPPED with the reason, where no such root can be made (root.sh).
set -euo pipefail
packages=$(cd "$1" && pwd)
source=$(cd "$2" && pwd)
mkdir -p "$3"
root=$(cd "$3" && pwd)/debian
enter=$source/tests/package/root.sh
fail() { printf 'debian_test: %s\n' "$*" >&2; exit 1; }
step() { printf 'debian_test: %s\n' "$*"; }

debs=("$packages"/colourize_*.deb "$packages"/libcolourize0_*.deb "$packages"/libcolourize-dev_*.deb)
for deb in "${debs[@]}"; do
  [ -f "$deb" ] || fail "there is no single $deb"
done
# What the packages override, they say why (packaging/).
step "lintian"
lintian --allow-root --tag-display-limit 0 --fail-on error,warning "${debs[@]}" || fail "lintian is not content"

# Where its libraries have other names, these packages are those of another distribution.
grep -qx 'VERSION_CODENAME=bookworm' /etc/os-release ||
  { echo "SKIPPED: these packages were built on another system than Debian 12"; exit 77; }
code=0
"$enter" make "$root" || code=$?
[ "$code" -eq 0 ] || exit "$code"
trap '"$enter" remove "$root"' EXIT
log=$root.log
inside() { "$enter" run "$root" sh -euc "$1" >"$log" 2>&1 || { cat "$log" >&2; fail "$2"; }; }
mkdir "$root/packages" "$root/work"
cp "${debs[@]}" "$root/packages"
cp "$source/docs/cat.png" "$root/work/photo.png"
chmod 777 "$root/work"
inside 'apt-get update' "apt does not reach its mirror"

step "the program alone"
inside 'apt-get install -y --no-install-recommends /packages/colourize_*.deb' "the program does not install"
"$enter" run "$root" --user nobody:nogroup --directory /work colourize photo.png --quiet ||
  fail "the installed program does not colour"
[ "$(head -c 8 "$root/work/photo.colour.png" | od -An -tx1)" = " 89 50 4e 47 0d 0a 1a 0a" ] || fail "it wrote no PNG"
inside 'cd /work && colourize measure --against photo.png photo.colour.png' "its result cannot be measured"
for file in usr/share/man/man1/colourize.1.gz usr/share/bash-completion/completions/colourize \
            usr/share/doc/colourize/copyright usr/share/doc/colourize/changelog.Debian.gz; do
  [ -s "$root/$file" ] || fail "the package has no /$file"
done
[ -z "$(find "$root/usr" -name 'libcolourize*')" ] || fail "the program brought the library, which it does not need"

step "the library, by pkg-config and by CMake"
inside 'apt-get install -y --no-install-recommends /packages/*.deb gcc g++ make cmake pkg-config' \
  "the library does not install"
inside 'ldconfig -p | grep -q "libcolourize\.so\.0 "' "the dynamic linker does not know the library"
inside '
  cd /work && cp -r /usr/share/doc/libcolourize-dev/examples .
  cc -std=c99 -Wall -Werror examples/photo.c -o photo_c $(pkg-config --cflags --libs colourize)
  [ "$(realpath "$(pkg-config --variable=includedir colourize)")" = /usr/include ]
  ./photo_c ramp.ppm
  [ "$(head -c 2 ramp.ppm)" = P6 ]' "photo.c does not compile and run by pkg-config"
inside '
  cd /work && cmake -S examples -B build -DCMAKE_BUILD_TYPE=Release && cmake --build build
  build/photo photo.png cat.jpg && build/photo_c again.ppm && cmp ramp.ppm again.ppm
  { printf "YUV4MPEG2 W64 H48 F25:1 Ip C420jpeg\n"
    for frame in 1 2 3; do printf "FRAME\n"; head -c 4608 /dev/zero | tr "\000" "\200"; done; } >film.y4m
  build/film film.y4m film.mkv | grep -qx "3 frames"' "the examples do not build and run by CMake"
[ "$(head -c 2 "$root/work/cat.jpg" | od -An -tx1)" = " ff d8" ] || fail "photo wrote no JPEG"

step "removal"
inside 'apt-get purge -y colourize libcolourize0 libcolourize-dev' "the packages cannot be removed"
left=$("$enter" run "$root" sh -c "find /usr /etc /opt /var/lib /lib -xdev -iname '*colourize*'")
[ -z "$left" ] || fail "what stays after removal: $left"
step "all is as it should be"
