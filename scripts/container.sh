#!/bin/sh
# What one image can be: the word after its name says which process it is. Anything else is run as a command.
set -e
case "$1" in
  web) exec node node_modules/next/dist/bin/next start --port "${PORT:-3000}" --hostname "${HOST:-0.0.0.0}" ;;
  worker | migrate | backup | restore) name=$1; shift; exec node --import tsx "scripts/$name.ts" "$@" ;;
  seed) exec node --import tsx prisma/seed.ts ;;
  gateway) exec node --import tsx local/redis/main.ts ;;
  model) exec node --import tsx local/model/main.ts ;;
  *) exec "$@" ;;
esac
