package io.doksnap.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * A directory tree of all that is hard to keep right: names, links, modes, times, owners, pipes, holes, attributes, ACLs. Made by a shell
 * in the C locale; without the commands for attributes and ACLs there are none.
 */
public final class HardTree {
    private static final String NAMES = """
            mkdir names; cd names
            name() { printf -- "$1"; }
            for n in '\\377' 'caf\\351' 'new\\nline' 'tab\\there' ' lead' 'trail ' '-dash' 'back\\\\slash' 'per%%41cent' \\
                '..two' '...' '*' '?[a]' "quo'te" 'dou"ble' '\\001\\177' 'na\\303\\257ve' 'nai\\314\\210ve' '\\360\\237\\230\\200'; do
                name "of $n" > "./$(name "$n")"
            done
            long=$(printf '%0250d' 0)
            echo ascii > "$long.end."
            echo bytes > "$(printf '%0250d' 0 | tr 0 '\\377')end.."
            mkdir "$(name 'dir\\377\\nx')"
            echo inside > "$(name 'dir\\377\\nx/in\\376side')"
            mkdir case CASE; echo lower > case/a; echo upper > CASE/A
            deep=$(printf '%099d' 7)
            path=$deep; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29; do path=$path/$deep; done
            mkdir -p $path; echo deep > $path/$deep
            cd ..
            """;

    private static final String LINKS = """
            mkdir links other; cd links
            link() { ln -s -- "$(printf -- "$1")" "$(printf -- "$2")"; }
            link nowhere dangling; link /etc/hostname absolute; link ../.. up; link other/ slash; link 'a//b/./../c/' untidy
            link '//' slashes; link 'to\\377\\nbytes/' bytes; link '/\\377//' absolutebytes; link .. 'named\\377'
            ln -s "$(printf '%03000d' 5)" longtarget
            ln -s loop loop
            echo first > one; ln one two; ln one ../other/three; ln "$(printf one)" "$(printf 'four\\377')"
            ln dangling dangling2
            : > empty1; ln empty1 empty2
            cd ..
            """;

    private static final String MODES = """
            mkdir modes; cd modes
            for m in 0400 0444 0600 0644 0755 0777 4755 2755 6711 1644; do echo $m > f$m; chmod $m f$m; done
            for m in 0700 0755 0777 1777 2775 3770 0500 0555; do mkdir d$m; echo x > d$m/x; chmod $m d$m; done
            mkdir empty; mkfifo pipe pipe0; chmod 0640 pipe; chmod 0000 pipe0
            cd ..
            """;

    private static final String ROOT = """
            cd modes
            echo secret > f0000; chmod 0000 f0000; echo w > f0200; chmod 0200 f0200; mkdir d0000; echo x > d0000/x; chmod 0000 d0000; mkdir d0300; chmod 0300 d0300
            cd ..; mkdir owners; cd owners
            for o in 0:0 999:999 65534:65534 70000:80000 3000000:4000000 4294967294:4294967293; do
                echo $o > f$o; chown $o f$o; mkdir d$o; chown $o d$o; ln -s x l$o; chown -h $o l$o
            done
            echo s > setuid; chown 999:999 setuid; chmod 6755 setuid
            mknod null c 1 3 && mknod large c 300 70000 && mknod block b 259 1048575 && chmod 0660 block || rm -f null large block
            cd ..; chown 999:999 .
            """;

    private static final String HOLES = """
            truncate -s 9000000 sparse; printf x >> sparse
            mkdir holes; cd holes
            dd() { command dd status=none conv=notrunc if=/dev/urandom "$@"; }
            truncate -s 5M all; truncate -s 300000 tail; dd of=tail bs=4096 count=3; truncate -s 32M head; dd of=head bs=1000 count=1 seek=33000
            truncate -s 2M many; for i in $(seq 1 3 250); do dd of=many bs=4096 count=1 seek=$i; done; truncate -s 70001 odd; dd of=odd bs=1 count=1 seek=69999
            truncate -s 3M linked; ln linked linked2; truncate -s 1M "$(printf '%0200d' 1)"; truncate -s 2M "$(printf 'not\\377utf8')"
            cd ..
            """;

    private static final String ATTRIBUTES = """
            mkdir attributes; cd attributes
            if command -v setfattr > /dev/null; then
                echo f > file; : > empty; mkdir directory; truncate -s 1M sparse; echo r > readonly
                for f in file empty directory sparse readonly; do setfattr -n user.note -v "of $f" $f; setfattr -n user.none $f; done
                setfattr -n user.binary -v 0x000aff3d25 file; setfattr -n "$(printf 'user.od\\351 "name" \\\\ \\n.')" -v 1 file
                setfattr -n user.long -v "$(printf '%02000d' 3)" directory; chmod 0444 readonly; chmod 0500 directory; ln file file2
            fi
            if command -v setfacl > /dev/null; then
                echo a > acl; setfacl -m u:70001:rw,g:70002:r,g:70003:-,m::rx acl; chmod 0750 acl; mkfifo aclpipe; setfacl -m u:70001:rw aclpipe
                mkdir inherit inherit/old; echo o > inherit/old/file; setfacl -d -m u:70001:rwx,g:70002:r inherit
                mkdir inherit/new; echo n > inherit/new/file; mkdir both; setfacl -m u:70001:- both; setfacl -d -m o::- both
            fi
            cd ..
            """;

    private static final String ROOT_ATTRIBUTES = """
            cd attributes
            if command -v setfattr > /dev/null; then
                mkfifo pipe; ln -s nowhere link; mknod null c 1 3 || :
                for f in *; do case $f in inherit|both|acl*) ;; *) setfattr -h -n trusted.note -v 0x000102 "$f"; esac; done
                setfattr -n security.doksnap -v s file
                echo c > capable; chown 999:999 capable; chmod 0755 capable
                setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 capable
            fi
            cd ..
            """;

    private static final String TIMES = """
            mkdir times; cd times
            at() { echo "$2" > "$1"; ln -s x "l$1"; mkdir "d$1"; touch -h -d "$2" "$1" "l$1" "d$1"; }
            at old '1969-12-31 23:59:58.500000001 UTC'; at older '1930-01-02 03:04:05.999999999 UTC'
            at zero '1970-01-01 00:00:00 UTC'; at nano '2024-02-29 12:34:56.123456789 UTC'; at tenth '2001-01-01 00:00:00.1 UTC'
            at late '2300-01-01 00:00:00 UTC'; at octal '2242-03-16 12:56:32 UTC'
            cd ..
            chmod 0500 modes/empty; touch -d '2020-02-02 02:02:02.020202020 UTC' names links other modes modes/pipe modes/pipe0 holes attributes
            chmod 2750 .; touch -d '2011-11-11 11:11:11.111111111 UTC' times .
            """;

    private HardTree() {}

    /** Makes the tree in a new directory; what only root can make is in it when root makes it. */
    public static Path make(Path root) throws IOException {
        Files.createDirectories(root);
        Random random = new Random(20240229);
        for (int size : new int[] {1, 511, 512, 513, 1023, 1024, 65_535, 524_288, 524_289, 3_000_001}) {
            byte[] content = new byte[size];
            random.nextBytes(content);
            Files.write(root.resolve("size" + size), content);
        }
        boolean asRoot = "root".equals(System.getProperty("user.name"));
        Command.sh("umask 022; : > empty\n" + NAMES + LINKS + MODES + HOLES + ATTRIBUTES
                        + (asRoot ? ROOT_ATTRIBUTES + ROOT : "") + TIMES)
                .in(root)
                .output();
        return root;
    }

    /** Empties a directory that holds such trees; JUnit would complain about each of their links. */
    public static void clear(Path directory) {
        Command.sh("chmod -R u+rwX . 2>/dev/null || :; rm -rf ./* ./.[!.]*")
                .in(directory)
                .output();
    }
}
