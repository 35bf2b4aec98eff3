#!/usr/bin/env bash
# How near the whole flow of a film comes to the bare network, and whether its memory stays bounded: a film of ten minutes and one of
# one, 640 x 480, made here; run BUILD [MINUTES]. Prints a table.
set -euo pipefail
build=$1
minutes=${2:-10}
threads=$(nproc)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The astronaut of tests/golden, enlarged; the view wanders over her, and grain lies over it as over old films.
make_film() {
  ffmpeg -hide_banner -v error -y -f lavfi -i "movie='$here/../../tests/golden/astronaut-181x133.png',loop=-1:1,setpts=N/24/TB,
    scale=960:720,format=gray,crop=640:480:x='160+150*sin(n/90)':y='120+110*cos(n/70)',noise=alls=6:allf=t,format=yuv420p" \
    -f lavfi -i sine -t "$1" -c:v libx264 -preset veryfast -crf 18 -threads "$threads" -c:a aac "$folder/$2"
}

# Pictures a second of the network alone, the median of 200 runs.
network() {
  head -c $((256 * 256 * 4)) /dev/zero >"$folder/input.f32"
  for ((i = 0; i < 200; ++i)); do echo run; done |
    "$build/bench/forward" lite "$folder/input.f32" 256 "$threads" | grep -v ready | sort -n |
    awk '{ times[NR] = $1 } END { printf "%.2f\n", 1 / times[int((NR + 1) / 2)] }'
}

# colour FILM OPTIONS: pictures a second and peak memory in MB, as the program itself says.
colour() {
  local film=$1
  shift
  "$build/apps/colourize" "$folder/$film" -o "$folder/out.mkv" --overwrite --discard --json "$@" 2>/dev/null |
    sed -nE 's/.*"pictures_per_second":([0-9.]+).*"status":"done".*/\1/p; s/.*"peak_memory_bytes":([0-9]+).*/\1/p' |
    awk 'NR == 1 { speed = $1 } NR == 2 { printf "%.2f %.0f\n", speed, $1 / 1e6 }'
}

make_film 60 one.mkv
make_film $((minutes * 60)) long.mkv
echo "$(date +%F); $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $threads threads; 640 x 480, 24 pictures/s, lite at 256"
echo
echo "| film | pictures/s | of the network's | peak memory MB |"
echo "|---|---|---|---|"
row() {
  local name=$1 before after
  shift
  before=$(network)
  read -r speed memory < <(colour "$@")
  after=$(network)
  awk -v n="$name" -v s="$speed" -v m="$memory" -v b="$before" -v a="$after" \
    'BEGIN { printf "| %s | %.1f | %.0f %% (of %.1f before and %.1f after) | %d |\n", n, s, 200 * s / (a + b), b, a, m }'
}
row "1 minute" one.mkv
row "1 minute, --preset ultrafast" one.mkv --preset ultrafast
row "1 minute, --stabilise 0" one.mkv --stabilise 0
row "$minutes minutes" long.mkv
