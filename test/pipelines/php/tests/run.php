<?php
require __DIR__ . '/../src/Slug.php';

$expected = ['Hello, World!' => 'hello-world', '  ' => '', 'PHP 8' => 'php-8'];
foreach ($expected as $title => $slug) {
    if (Slug::of($title) !== $slug) {
        fwrite(STDERR, "FAILED: $title\n");
        exit(1);
    }
}
echo count($expected), " tests passed\n";
