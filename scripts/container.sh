#!/bin/sh
# What one image can be: the word after its name says which process it is. Anything else is run as a command.
set -e
case "$1" in
  web) exec node --import tsx scripts/server.ts ;;
  worker | migrate | backup | restore) name=$1; shift; exec node --import tsx "scripts/$name.ts" "$@" ;;
  seed) exec node --import tsx prisma/seed.ts ;;
  gateway) exec node --import tsx local/redis/main.ts ;;
  model) exec node --import tsx local/model/main.ts ;;
  *) exec "$@" ;;
esac
