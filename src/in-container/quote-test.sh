# Run by the shell that will run the scripts: prints `A` where that reads quotes as GitLab Runner writes them.
# shellcheck disable=SC3003 # Whether it does is the question.
printf %s $'\101'
