# Whether GitLab can be reached from here, whatever it then says: the addresses of its name, and git's words about a project that is
# not there. One answer a line, `answered` last; what git says beyond a few lines is left out.
# argv: HOST URL (of that project)
getent hosts "$1" 2>/dev/null </dev/null | while read -r address rest; do echo "address $address"; done
command -v git >/dev/null || echo no-git
# Nothing secret is sent, so no certificate is checked: a job is given GitLab's by the runner, and this pod is not.
LC_ALL=C GIT_TERMINAL_PROMPT=0 GIT_ASKPASS='' git -c credential.helper= -c http.sslVerify=false ls-remote "$2" 2>&1 >/dev/null </dev/null |
  while read -r line; do
    n=$((${n:-0} + 1))
    [ $n -gt 5 ] || echo "git $line"
  done
echo answered
