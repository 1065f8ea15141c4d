// The suites that take longest on two cores, longest first; `npm test` prints what each takes. They begin before the others, so
// that none of them is left to run alone at the end.

export const longestSuites: readonly string[] = [
  'src/cli/kill.suite.ts',
  'fuzz/fuzz.suite.ts',
  'web/console-pages.suite.ts',
  'src/inspect/hostile.suite.ts',
  'src/cli/scan.suite.ts',
  'src/cli/coverage.suite.ts',
  'src/inspect/binaries.suite.ts',
  'src/store/kill.suite.ts',
  'src/run/debian.suite.ts',
  'scripts/package.suite.ts',
]
