package io.doksnap.docker;

import io.doksnap.testing.FakeDockerEngine;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class FakeDockerEngineTest extends DockerEngineContract {
    @TempDir
    private Path volumes;

    private FakeDockerEngine engine;

    @BeforeEach
    void startEngine() {
        engine = new FakeDockerEngine(volumes);
    }

    @Override
    DockerEngine engine() {
        return engine;
    }

    @Override
    void use(String volume, String container) {
        engine.use(volume, container);
    }

    @Override
    void release() {
        engine.releaseAll();
    }
}
