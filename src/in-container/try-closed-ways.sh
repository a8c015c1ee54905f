# Whether addresses that a network policy should close can be reached from here. Each answer begins with `way` and the address:
# `open` where something answered over HTTP or began to speak TLS, else `closed` and git's words. `answered` last.
# argv: URL...; `api` stands for the API server that each container is told of
for url; do
  [ "$url" != api ] || url="https://${KUBERNETES_SERVICE_HOST:-}:${KUBERNETES_SERVICE_PORT:-443}/"
  case $url in 'https://:'*) continue ;; esac
  words=$(LC_ALL=C GIT_TERMINAL_PROMPT=0 GIT_ASKPASS='' timeout 5 git -c credential.helper= -c http.sslVerify=false ls-remote "$url" 2>&1 </dev/null)
  code=$?
  case $words in
    *'requested URL returned error'* | *'not found'* | *'uthentication failed'* | *'could not read Username'* | *SSL* | *'not valid: is this a git'*) echo "way $url open" ;;
    *) [ $code = 127 ] || echo "way $url closed" ;;
  esac
done
echo answered
