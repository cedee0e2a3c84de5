#!/bin/sh
# Makes the demo's videos (one for each category) from drawn scenes. Development only; needs ffmpeg.
# usage: make.sh FOLDER, which holds CATEGORY.jpg as drawn by DemoScenes.Draw, one for each category.
# A slow pan over the picture, 3 s, H.264 baseline, index in front so that it starts at once.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
for picture in "$1"/*.jpg; do
  name=$(basename "$picture" .jpg)
  ffmpeg -nostdin -loglevel error -y -loop 1 -framerate 12 -t 3 -i "$picture" \
    -vf "scale=400:300,crop=320:240:x='40+38*sin(t*1.4)':y='30+9*sin(t*2.6)',format=yuv420p" \
    -c:v libx264 -profile:v baseline -level 1.3 -crf 30 -g 36 -movflags +faststart -map_metadata -1 \
    -metadata title="demo" -fflags +bitexact "$here/$name.mp4"
done
