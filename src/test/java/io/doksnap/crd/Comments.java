package io.doksnap.crd;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** What the Javadoc of the records of {@code io.doksnap.api} says, as text for {@code kubectl explain}. */
final class Comments {
    private static final Path API = Path.of("src/main/java/io/doksnap/api");

    private final Map<String, String> types = new LinkedHashMap<>();
    private final Map<String, String> components = new LinkedHashMap<>();

    private Comments() {}

    static Comments read() throws IOException {
        Comments comments = new Comments();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT, null);
                Stream<Path> sources = Files.list(API)) {
            List<Path> all =
                    sources.filter(file -> file.toString().endsWith(".java")).toList();
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(all));
            DocTrees trees = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                comments.new Reader(trees).scan(unit, null);
            }
        }
        return comments;
    }

    /** What a type is; empty when nothing says. */
    String of(Class<?> type) {
        return types.getOrDefault(type.getSimpleName(), "");
    }

    /** What a component of a record is; empty when nothing says. */
    String of(Class<?> type, String component) {
        return components.getOrDefault(type.getSimpleName() + "." + component, "");
    }

    private final class Reader extends TreePathScanner<Void, Void> {
        private final DocTrees trees;

        Reader(DocTrees trees) {
            this.trees = trees;
        }

        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            TreePath path = getCurrentPath();
            DocCommentTree comment = trees.getDocCommentTree(path);
            if (comment != null) {
                String name = type.getSimpleName().toString();
                types.put(name, sentences(comment.getFullBody()));
                for (DocTree tag : comment.getBlockTags()) {
                    if (tag instanceof ParamTree param) {
                        components.put(name + "." + param.getName(), sentences(param.getDescription()));
                    }
                }
            }
            return super.visitClass(type, null);
        }
    }

    private static String text(List<? extends DocTree> trees) {
        return trees.stream().map(Comments::text).collect(Collectors.joining());
    }

    private static String text(DocTree tree) {
        if (tree instanceof LiteralTree literal) {
            return literal.getBody().getBody();
        }
        if (tree instanceof LinkTree link) {
            return link.getReference().getSignature().replaceFirst(".*[.#]", "");
        }
        return tree.toString();
    }

    /** In capitals at its beginning, unless that is a value to be written as it stands. */
    private static String sentences(List<? extends DocTree> trees) {
        String line = text(trees).replaceAll("\\s+", " ").strip();
        if (line.isEmpty()) {
            return "";
        }
        String first = line.substring(0, 1);
        String begin = trees.get(0) instanceof LiteralTree ? first : first.toUpperCase(Locale.ROOT);
        return begin + line.substring(1) + (line.endsWith(".") ? "" : ".");
    }
}
