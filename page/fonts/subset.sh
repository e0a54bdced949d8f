#!/bin/sh
# How the two files here were made: Golos Text (npm @fontsource-variable/golos-text 5.3.0), weights
# 400 to 700, the signs that the texts need. Everything else falls back to the system's typeface.
#   pip install fonttools brotli; fonts/subset.sh PATH/TO/golos-text/files
set -eu
export SOURCE_DATE_EPOCH=0 # the same bytes each time
here=$(dirname "$0")
latin='U+20-7E,U+A0,U+AB,U+B0,U+B1,U+B2,U+B7,U+BB,U+D7,U+2013,U+2014,U+2019,U+201C-201E,U+2026,U+2191,U+2193,U+2212,U+2009'
cyrillic='U+401,U+410-44F,U+451,U+2116'
for part in latin cyrillic; do
  eval "signs=\$$part"
  fonttools varLib.instancer -q -o "/tmp/golos-$part.ttf" \
    "$1/golos-text-$part-wght-normal.woff2" wght=400:700
  pyftsubset "/tmp/golos-$part.ttf" --unicodes="$signs" --layout-features=kern,tnum --no-hinting \
    --drop-tables+=vhea,vmtx,VVAR --flavor=woff2 --name-IDs=0,1,2,13,14 \
    --output-file="$here/golos-$part.woff2"
done
