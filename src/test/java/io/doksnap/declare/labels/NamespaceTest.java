package io.doksnap.declare.labels;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose labels are ours, nearly ours, and everybody else's. */
class NamespaceTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "traefik.enable",
                "traefik.http.routers.shop.rule",
                "com.docker.compose.project",
                "com.docker.compose.config-hash",
                "com.docker.stack.namespace",
                "com.docker.swarm.service.name",
                "com.docker.desktop.extension",
                "com.centurylinklabs.watchtower.enable",
                "com.github.containrrr.watchtower",
                "org.opencontainers.image.title",
                "org.label-schema.name",
                "org.dockhand.x",
                "io.containers.autoupdate",
                "io.kubernetes.pod.name",
                "io.podman.compose.project",
                "io.portainer.accesscontrol.teams",
                "io.rancher.stack.name",
                "dev.dozzle.name",
                "maintainer",
                "description",
                "name",
                "version",
                "caddy.reverse_proxy",
                "caddy_0",
                "homepage.group",
                "glance.name",
                "diun.enable",
                "wud.watch",
                "prometheus.port",
                "prometheus-scrape.enabled",
                "logging",
                "loki.url",
                "docker-volume-backup.stop-during-backup",
                "docker-volume-backup.archive-pre",
                "docker.foo",
                "docker-gen",
                "dockerfile.path",
                "dockhand.x",
                "dockge.stack",
                "docktail.service.enable",
                "dokku.app",
                "dokploy.app",
                "doku.enable",
                "doku.a",
                "dokuwiki.x",
                "doks.x",
                "dok.x",
                "dockstarter.x",
                "dozzle.group",
                "ofelia.enabled",
                "ofelia.job-exec.backup.schedule",
                "chadburn.enabled",
                "swarm.cronjob.enable",
                "autoheal",
                "autoheal-app",
                "sablier.enable",
                "flame.type",
                "kuma.x",
                "tsdproxy.enable",
                "cloudflare.tunnel.enable",
                "coolify.managed",
                "caprover.x",
                "restic.backup",
                "backup.enable",
                "borgmatic.x",
                "snapshot.enable",
                "snap.x",
                "nginx.x",
                "VIRTUAL_HOST",
                "",
                ".",
                "..",
                "-",
            })
    void everybodyElsesLabelsAreLeftAlone(String key) {
        assertThat(Namespace.isOurs(key)).isFalse();
        assertThat(Namespace.meant(key)).isEmpty();
    }
}
