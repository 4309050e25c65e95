#!/bin/sh
# curl and a POSIX shell, nothing else.
#
#     sh examples/curl.sh [PICTURE] [OUTPUT]
#
# GRAPHQL_ENDPOINT names another gateway than that of `npm start`. IDEMPOTENCY_KEY names the upload:
# it is charged at most once, however often it is tried.
set -eu

picture=${1:-"$(dirname "$0")/../test/fixtures/portrait-scratched.jpg"}
output=${2:-restored.jpg}
endpoint=${GRAPHQL_ENDPOINT:-http://127.0.0.1:4000/graphql}
key=${IDEMPOTENCY_KEY:-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')}

# Prints the string or literal that has the name $2 in the JSON $1; nothing if there is none.
field() {
  printf '%s\n' "$1" | sed -nE 's/.*"'"$2"'":("(([^"\\]|\\.)*)"|([a-z]+)).*/\2\4/p'
}

again="Another try is charged once at most: IDEMPOTENCY_KEY=$key"

fail() {
  echo "$1" >&2
  exit 1
}

# Exits with the error of the response $1, if it has one.
check() {
  code=$(field "$1" code)
  [ -n "$code" ] || return 0
  case $(field "$1" charged) in
    false) cost=' Nothing was charged.' ;;
    null) cost=' It may have been charged.' ;;
    *) cost= ;;
  esac
  [ "$(field "$1" retryable)" != true ] || cost="$cost $again"
  fail "$code: $(field "$1" message)$cost"
}

uploaded=$(
  curl --silent --show-error "$endpoint" \
    --header 'GraphQL-Preflight: 1' \
    --form operations='{
      "query": "mutation ($file: Upload!, $key: String) { uploadPhoto(file: $file, repairType: REPAIR, idempotencyKey: $key) { id } }",
      "variables": { "file": null, "key": "'"$key"'" }
    }' \
    --form map='{ "0": ["variables.file"] }' \
    --form 0=@"\"$picture\""
) || fail "The picture could not be sent. $again"
check "$uploaded"
id=$(field "$uploaded" id)
echo "Uploaded as photo $id, waiting for it"

# The stream ends after its one event. If it breaks, or ends without an event, the gateway is
# restarting: subscribe again. If the photo got ready meanwhile, the gateway says so at once.
attempts=30
until
  events=$(
    curl --silent --no-buffer "$endpoint" \
      --header 'Content-Type: application/json' \
      --header 'Accept: text/event-stream' \
      --data '{
        "query": "subscription ($id: ID!) { photoReady(id: $id) { downloadUrl { url } } }",
        "variables": { "id": "'"$id"'" }
      }'
  ) || events=
  url=$(field "$events" url)
  [ -n "$url" ]
do
  if [ "$attempts" -eq 1 ] || [ "$(field "$events" retryable)" = false ]; then
    check "$events"
    fail 'No event came.'
  fi
  attempts=$((attempts - 1))
  sleep 1
done

curl --silent --show-error --fail --output "$output" "$url" || fail 'The restored picture could not be fetched.'
echo "Saved as $output"
