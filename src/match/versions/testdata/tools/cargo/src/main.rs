// Answers pairs of versions, one `a b` a line, by -1, 0, 1 or invalid.

use semver::Version;

fn main() {
    for line in std::io::stdin().lines() {
        let line = line.expect("lines of text");
        let (a, b) = line.split_once(' ').expect("two versions");
        match (Version::parse(a), Version::parse(b)) {
            (Ok(a), Ok(b)) => println!("{}", a.cmp_precedence(&b) as i8),
            _ => println!("invalid"),
        }
    }
}
