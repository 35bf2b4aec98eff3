#!/usr/bin/env bash
# How near the whole flow of a film comes to the bare network, whether its memory stays bounded and its time left proves right: a film
# of ten minutes and one of one, 640 x 480, made here; run BUILD [MINUTES]. Prints a table.
set -euo pipefail
build=$1
minutes=${2:-10}
threads=$(nproc)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# make_film SECONDS FILE GRAIN: the astronaut of tests/golden, enlarged; the view wanders over her, and grain lies over it as over old
# films. Grain is what decoding and encoding take their time for.
make_film() {
  ffmpeg -hide_banner -v error -y -f lavfi -i "movie='$here/../../tests/golden/astronaut-181x133.png',loop=-1:1,setpts=N/24/TB,
    scale=960:720,format=gray,crop=640:480:x='160+150*sin(n/90)':y='120+110*cos(n/70)',noise=alls=$3:allf=t,format=yuv420p" -r 24 \
    -f lavfi -i sine -t "$1" -c:v libx264 -preset veryfast -crf 18 -threads "$threads" -c:a aac "$folder/$2"
}

# Pictures a second of the network alone, the median of 200 runs.
network() {
  head -c $((256 * 256 * 4)) /dev/zero >"$folder/input.f32"
  for ((i = 0; i < 200; ++i)); do echo run; done |
    "$build/bench/forward" lite "$folder/input.f32" 256 "$threads" | grep -v ready | sort -n |
    awk '{ times[NR] = $1 } END { printf "%.2f\n", 1 / times[int((NR + 1) / 2)] }'
}

# colour FILM OPTIONS: pictures a second and peak memory in MB, as the program itself says; how far off its time left was at most,
# of all that it said a minute or more after its beginning.
colour() {
  local film=$1
  shift
  { date +%s.%N; "$build/apps/colourize" "$folder/$film" -o "$folder/out.mkv" --overwrite --discard --json "$@" 2>/dev/null; } |
    while read -r line; do printf '%s %s\n' "$(date +%s.%N)" "$line"; done |
    sed -nE 's/^([0-9.]+) ([0-9.]+)$/begin \1/p
      s/^([0-9.]+) .*"seconds_left":([0-9.]+).*"status":"progress".*/left \1 \2/p
      s/^([0-9.]+) .*"pictures_per_second":([0-9.]+).*"status":"done".*/end \1 \2/p
      s/.*"peak_memory_bytes":([0-9]+).*/memory \1/p' |
    awk '$1 == "begin" { begin = $2 }
      $1 == "left" && $2 - begin >= 60 { said[++count] = $2; left[count] = $3 }
      $1 == "end" { end = $2; speed = $3 }
      $1 == "memory" { memory = $2 }
      END {
        for (i = 1; i <= count; ++i) {
          off = 100 * (left[i] / (end - said[i]) - 1)
          if (off < 0) off = -off
          if (off > most) most = off
        }
        printf "%.2f %.0f %s\n", speed, memory / 1e6, count ? sprintf("%.0f %% of %d times", most, count) : "-"
      }'
}

make_film 60 one.mkv 6
make_film 60 clean.mkv 0
make_film $((minutes * 60)) long.mkv 6
echo "$(date +%F); $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $threads threads; 640 x 480, 24 pictures/s, lite at 256"
echo
echo "| film | pictures/s | of the network's | peak memory MB | time left, after a minute, off by at most |"
echo "|---|---|---|---|---|"
row() {
  local name=$1 before after
  shift
  before=$(network)
  read -r speed memory off < <(colour "$@")
  after=$(network)
  awk -v n="$name" -v s="$speed" -v m="$memory" -v b="$before" -v a="$after" -v o="$off" \
    'BEGIN { printf "| %s | %.1f | %.0f %% (of %.1f before and %.1f after) | %d | %s |\n", n, s, 200 * s / (a + b), b, a, m, o }'
}
row "1 minute" one.mkv
row "1 minute, --preset ultrafast" one.mkv --preset ultrafast
row "1 minute, --stabilise 0" one.mkv --stabilise 0
row "1 minute, without grain" clean.mkv
row "$minutes minutes" long.mkv
