<?php // Answers pairs of versions, one `a b` a line, by -1, 0, 1 or invalid.

require 'Composer/Semver/autoload.php';

use Composer\Semver\Comparator;
use Composer\Semver\VersionParser;

$parser = new VersionParser();
while (($line = fgets(STDIN)) !== false) {
    try {
        [$a, $b] = array_map([$parser, 'normalize'], explode(' ', rtrim($line, "\n"), 2));
        echo Comparator::lessThan($a, $b) ? -1 : (Comparator::greaterThan($a, $b) ? 1 : 0), "\n";
    } catch (UnexpectedValueException $invalid) {
        echo "invalid\n";
    }
}
