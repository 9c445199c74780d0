# What a restore asks the server for, by its first argument.
case $1 in
ask) # the query that the further arguments are together
    shift
    query "$@"
    ;;
load) # what comes by standard input, up to the line $2; the client itself reads to the end of its input alone
    LC_ALL=C sed "/^$2\$/q" | "$client" --user="$user" --batch --skip-column-names --raw --binary-mode --max-allowed-packet=1G --default-character-set=utf8mb4
    ;;
esac
