package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.docker.ExecCommand;
import io.doksnap.docker.ExecOutcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All that belongs to databases of a real PostgreSQL, there and back. */
@Timeout(120)
class PostgresPartsIT extends PostgresServers {
    @Test
    void allThatBelongsToADatabaseComesBackAndWhatTheServerLacksForItIsNamed() throws Exception {
        String odd = "My shop-1.$x \u00fc";
        server(name, name);
        for (String each : List.of(
                "CREATE DATABASE \"" + odd + "\"",
                "CREATE ROLE shop",
                "COMMENT ON ROLE shop IS 'it''s \\; theirs'",
                "ALTER ROLE shop IN DATABASE \"" + odd + "\" SET work_mem = '5MB'",
                "ALTER ROLE shop IN DATABASE \"" + odd + "\" SET search_path = \"a b\", public",
                "ALTER DATABASE \"" + odd + "\" SET search_path = ''",
                "COMMENT ON DATABASE \"" + odd + "\" IS 'it''s \\; :\"doksnap_database\"'")) {
            sql(name, "postgres", each);
        }
        sql(name, odd, "CREATE EXTENSION hstore SCHEMA public");
        sql(name, odd, "CREATE TABLE public.t AS SELECT 'a=>1'::public.hstore AS h");
        sql(name, odd, "SELECT lo_from_bytea(4242, decode('deadbeef', 'hex'))");
        String settings = "SELECT string_agg(setrole::regrole || ' ' || setconfig::text, ' ' ORDER BY setrole)"
                + " FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname ="
                + " current_database())";
        String had = sql(name, odd, settings);
        assertThat(backup().execute(new Cancellation())).isInstanceOf(BackupOutcome.Succeeded.class);
        sql(name, odd, "DROP TABLE public.t");
        sql(name, odd, "SELECT lo_unlink(4242)");
        sql(name, "postgres", "ALTER ROLE shop IN DATABASE \"" + odd + "\" RESET ALL");
        sql(name, "postgres", "ALTER ROLE shop RENAME TO other");

        restore(new RestoreTarget.Database(name));
        assertThat(sql(name, odd, "SELECT h OPERATOR(public.->) 'a' FROM public.t"))
                .isEqualTo("1");
        assertThat(sql(name, odd, "SELECT encode(lo_get(4242), 'hex')")).isEqualTo("deadbeef");
        assertThat(sql(name, odd, settings)).isEqualTo(had).contains("shop {work_mem=5MB", "\\\"a b\\\", public");
        assertThat(sql(
                        name,
                        odd,
                        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '" + odd + "'"))
                .isEqualTo("it's \\; :\"doksnap_database\"");
        assertThat(sql(name, odd, "SELECT shobj_description('shop'::regrole, 'pg_authid')"))
                .isEqualTo("it's \\; theirs");
        assertThat(databases()).matches("My shop-1.\\$x \u00fc My shop-1.\\$x \u00fc_before_[0-9_]{15} postgres");

        String before = databases();
        assertThat(engine.containers()
                        .exec(
                                found(name),
                                new ExecCommand(
                                        List.of("sh", "-c", "rm /usr/share/postgresql/*/extension/hstore.control"),
                                        Optional.of("0"),
                                        Optional.empty(),
                                        Map.of()),
                                LONG))
                .isEqualTo(new ExecOutcome.Ended(0, ""));
        assertThat(restoreOf(0, new RestoreTarget.Database(name)).execute(new Cancellation()))
                .asString()
                .contains("extension \"hstore\" is not available");
        assertThat(databases()).isEqualTo(before);

        sql(name, "postgres", "CREATE DATABASE \"it's\"");
        assertThat(backup().execute(new Cancellation())).asString().contains("has a name that cannot be dumped");
    }
}
