set -eu
# The value of the first of these variables that has one, or of the file that NAME_FILE names, as images take their secrets.
secret() {
    for name in "$@"; do
        eval "value=\${$name-} file=\${${name}_FILE-}"
        if [ -n "$value" ]; then
            printf '%s' "$value"
            return
        elif [ -n "$file" ] && [ -r "$file" ]; then
            cat "$file"
            return
        fi
    done
}
need() {
    command -v "$1" >/dev/null || {
        echo "there is no $1 in this container; use the database's own image, or kind: command" >&2
        exit 127
    }
}
