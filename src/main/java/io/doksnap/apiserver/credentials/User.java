package io.doksnap.apiserver.credentials;

import java.util.List;

/** Somebody who has proved who they are. */
public record User(String name, List<String> groups, Access access) {
    static User of(Access access) {
        return new User(access.user(), List.of(access.group(), "system:authenticated"), access);
    }
}
