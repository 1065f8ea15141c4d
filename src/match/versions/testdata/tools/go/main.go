// Answers pairs of versions, one `a b` a line, by -1, 0, 1, invalid or unasked.
package main

import (
	"bufio"
	"fmt"
	"go/version"
	"os"
	"regexp"
	"strings"

	bitnami "github.com/bitnami/go-version/pkg/version"
	alpine "github.com/knqyf263/go-apk-version"
	"golang.org/x/mod/semver"
)

var prerelease = regexp.MustCompile(`[a-z][0-9]+$`)

func main() {
	compare := compareModules
	switch os.Args[1] {
	case "actions":
		compare = compareTags
	case "apk":
		compare = compareAlpine
	case "bitnami":
		compare = compareBitnami
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		a, b, _ := strings.Cut(lines.Text(), " ")
		if result, problem := compare(a, b); problem == "" {
			fmt.Println(result)
		} else {
			fmt.Println(problem)
		}
	}
}

// Modules as golang.org/x/mod orders them, releases of Go itself as go/version does; nothing orders one against the other.
func compareModules(a, b string) (int, string) {
	v, w := "v"+strings.TrimPrefix(a, "v"), "v"+strings.TrimPrefix(b, "v")
	if semver.IsValid(v) && semver.IsValid(w) {
		return semver.Compare(v, w), ""
	}
	x, y := toolchain(a), toolchain(b)
	if version.IsValid(x) && version.IsValid(y) {
		return version.Compare(x, y), ""
	}
	if (semver.IsValid(v) || version.IsValid(x)) && (semver.IsValid(w) || version.IsValid(y)) {
		return 0, "unasked"
	}
	return 0, "invalid"
}

// Tags with or without a v, which may leave out the last numbers where nothing follows them.
func compareTags(a, b string) (int, string) {
	v, w := "v"+strings.TrimPrefix(a, "v"), "v"+strings.TrimPrefix(b, "v")
	if !semver.IsValid(v) || !semver.IsValid(w) {
		return 0, "invalid"
	}
	return semver.Compare(v, w), ""
}

// From 1.21 on go1.21 is the language, which is before the release candidates; as a release it is go1.21.0. What vendors
// write behind a dash is left out by go/version.
func toolchain(text string) string {
	text = strings.TrimPrefix(text, "go")
	if strings.Contains(text, "-") {
		return "none"
	}
	if strings.Count(text, ".") == 1 && !prerelease.MatchString(text) {
		text += ".0"
	}
	return "go" + text
}

func compareBitnami(a, b string) (int, string) {
	v, err := bitnami.Parse(a)
	w, problem := bitnami.Parse(b)
	if err != nil || problem != nil {
		return 0, "invalid"
	}
	return v.Compare(w), ""
}

func compareAlpine(a, b string) (int, string) {
	v, err := alpine.NewVersion(a)
	w, problem := alpine.NewVersion(b)
	if err != nil || problem != nil {
		return 0, "invalid"
	}
	return v.Compare(w), ""
}
