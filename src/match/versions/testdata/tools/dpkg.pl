# Answers pairs of versions, one `a b` a line, by -1, 0, 1 or invalid: dpkg's own reading of versions in Perl.
use strict;
use Dpkg::Version;
while (<STDIN>) {
    chomp;
    my ($a, $b) = split / /;
    my ($left, $right) = (Dpkg::Version->new($a, check => 1), Dpkg::Version->new($b, check => 1));
    print !$left || !$right ? "invalid\n" : version_compare($a, $b) . "\n";
}
