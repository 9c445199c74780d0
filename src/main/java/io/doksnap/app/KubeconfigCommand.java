package io.doksnap.app;

import io.doksnap.apiserver.credentials.Access;
import io.doksnap.apiserver.credentials.Credentials;
import io.doksnap.apiserver.credentials.CredentialsException;
import io.doksnap.declare.ApiSettings;
import io.doksnap.declare.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code doksnap kubeconfig}. */
@Command(
        name = "kubeconfig",
        mixinStandardHelpOptions = true,
        description =
                "Prints a kubeconfig for the operator's own API, whether it runs or not. It holds a secret: keep it to yourself.",
        footer = {"", "doksnap kubeconfig > ~/.kube/doksnap; export KUBECONFIG=~/.kube/doksnap; kubectl get bp"})
final class KubeconfigCommand implements Callable<Integer> {
    private final Cli cli;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ConfigOption config;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description =
                    "how the API is reached from where kubectl runs, such as https://host:6443; that name has to be in api.sans")
    @SuppressWarnings("NullAway.Init")
    private Optional<String> server;

    @Option(names = "--read-only", description = "to look at everything but secrets, and to change nothing")
    private boolean readOnly;

    KubeconfigCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        try (Workspace workspace = Workspace.openAny(config.file(), cli)) {
            Settings settings = workspace.settings();
            if (!(settings.api() instanceof ApiSettings.Embedded embedded)) {
                throw new CommandException(
                        ExitCode.CONFIGURATION,
                        "the configuration chooses a cluster's API (api), which has a kubeconfig of its own");
            }
            Path directory = workspace.dataDirectoryPath().resolve(ApiConnection.DIRECTORY);
            URI local = ApiAddress.read(directory, embedded);
            URI address = server.isPresent() ? address(server.get(), local.getPort()) : local;
            try {
                Access access = readOnly ? Access.READ_ONLY : Access.ADMIN;
                cli.console().out().print(Credentials.kubeconfig(directory, access, address));
            } catch (CredentialsException e) {
                throw new CommandException(ExitCode.NOT_FOUND, String.valueOf(e.getMessage()));
            }
        }
        return ExitCode.OK;
    }

    private static URI address(String text, int port) throws CommandException {
        try {
            URI uri = new URI(text.contains("://") ? text : "https://" + text);
            if ("https".equals(uri.getScheme()) && uri.getHost() != null && uri.getRawUserInfo() == null) {
                return uri.getPort() > 0 ? uri : URI.create("https://" + uri.getHost() + ":" + port);
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw new CommandException(
                ExitCode.USAGE, "--server: '" + text + "' is no address; write one such as https://host:6443");
    }
}
