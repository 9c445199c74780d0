# Finds a JDK, for ./doksnap and dev/test; to be sourced by a POSIX shell.
# shellcheck shell=sh
#
#   jdk_find java     any Java runtime that is new enough
#   jdk_find javac    one that can also compile
#
# set JDK_HOME and JDK_MAJOR, or fail and leave in JDK_SEEN what was found instead. JAVA_HOME comes first, then java on
# PATH, then the newest in the usual places. DOKSNAP_JDKS replaces those places: one pattern, such as "/srv/jdks/*".

JDK_LEAST=17

jdk_find() {
    JDK_HOME='' JDK_MAJOR='' JDK_SEEN=''
    if [ -n "${JAVA_HOME-}" ]; then
        jdk_consider "$JAVA_HOME" "JAVA_HOME" "$1" && return 0
    fi
    jdk_on_path && jdk_consider "$jdk_home" "java on PATH" "$1" && return 0
    jdk_newest "$1"
}

# File names are bytes; a JVM only gets them right where the locale is UTF-8.
jdk_locale() {
    [ "$(locale charmap 2>/dev/null)" = UTF-8 ] && return 0
    LC_ALL=C.UTF-8
    export LC_ALL
}

# What to tell a person after jdk_find failed: $1 is what was asked for.
jdk_explain() {
    if [ "$1" = javac ]; then
        echo "DokSnapShotter needs a JDK (with javac) of version $JDK_LEAST or newer, and found none."
    else
        echo "DokSnapShotter needs Java $JDK_LEAST or newer, and found none."
    fi
    [ -n "${JAVA_HOME-}" ] || JDK_SEEN="  JAVA_HOME: not set
$JDK_SEEN"
    echo "Looked at JAVA_HOME, java on PATH, ${DOKSNAP_JDKS:-/usr/lib/jvm, /usr/java, /opt and ~/.sdkman}:"
    printf '%s\n' "${JDK_SEEN%?}"
    cat <<-'END'
	Install one, then start again:
	  Debian, Ubuntu   apt install openjdk-17-jdk-headless   (or openjdk-21-jdk-headless)
	  Fedora           dnf install java-latest-openjdk-devel
	  Alpine           apk add openjdk17-jdk
	or set JAVA_HOME to the directory of one that is there.
	END
}

# Takes $1 as JDK_HOME where it is good enough; else notes why not. $2 says where it comes from, $3 what it must have.
jdk_consider() {
    if [ ! -x "$1/bin/java" ]; then
        jdk_note "$2: no bin/java in $1"
        return 1
    fi
    jdk_major_of "$1"
    if [ "${jdk_major:-0}" -lt "$JDK_LEAST" ]; then
        jdk_note "$2: Java ${jdk_major:-of unknown version} in $1"
        return 1
    fi
    if [ "$3" = javac ] && [ ! -x "$1/bin/javac" ]; then
        jdk_note "$2: Java $jdk_major in $1, only a runtime, without javac"
        return 1
    fi
    JDK_HOME=$1 JDK_MAJOR=$jdk_major
}

jdk_note() {
    JDK_SEEN="$JDK_SEEN  $1
"
}

# Sets jdk_home for the java on PATH.
jdk_on_path() {
    jdk_java=$(command -v java 2>/dev/null) || jdk_java=
    if [ ! -x "$jdk_java" ]; then
        jdk_note "java on PATH: none"
        return 1
    fi
    jdk_real=$(readlink -f -- "$jdk_java" 2>/dev/null) || jdk_real=$jdk_java
    jdk_home=${jdk_real%/bin/java}
    [ "$jdk_home" != "$jdk_real" ] && [ -r "$jdk_home/release" ] && return 0
    # A shim, or an installation without a release file: only java itself knows its home.
    jdk_home=$("$jdk_java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
    if [ -z "$jdk_home" ]; then
        jdk_note "java on PATH: $jdk_java does not say its java.home"
        return 1
    fi
}

jdk_newest() {
    jdk_best=
    jdk_best_major=0
    if [ -n "${DOKSNAP_JDKS-}" ]; then
        jdk_ifs=$IFS
        IFS=
        # shellcheck disable=SC2086 # a pattern, to be expanded
        set -- "$1" $DOKSNAP_JDKS
        IFS=$jdk_ifs
    else
        set -- "$1" /usr/lib/jvm/* /usr/java/* /opt/* "${HOME-}"/.sdkman/candidates/java/*
    fi
    jdk_tool=$1
    shift
    for jdk_dir; do
        [ -x "$jdk_dir/bin/java" ] || continue
        if jdk_consider "$jdk_dir" "found" "$jdk_tool" && [ "$JDK_MAJOR" -gt "$jdk_best_major" ]; then
            jdk_best=$jdk_dir jdk_best_major=$JDK_MAJOR
        fi
    done
    JDK_HOME=$jdk_best JDK_MAJOR=$jdk_best_major
    [ -n "$JDK_HOME" ]
}

# Sets jdk_major from the release file, which spares the start of a JVM; else asks java.
jdk_major_of() {
    jdk_version=
    if [ -r "$1/release" ]; then
        while IFS='=' read -r jdk_key jdk_value; do
            if [ "$jdk_key" = JAVA_VERSION ]; then
                jdk_version=${jdk_value#\"}
                break
            fi
        done <"$1/release"
    fi
    [ -n "$jdk_version" ] || jdk_version=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p')
    case $jdk_version in
    1.*) jdk_version=${jdk_version#1.} ;;
    esac
    jdk_major=${jdk_version%%[!0-9]*}
}
