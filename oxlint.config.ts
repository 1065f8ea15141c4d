// Lint rules, and the table of who may import whom (docs/architecture.md). scripts/layers.suite.ts proves each row.
// A regex with look-ahead is ignored by oxlint in silence: name what is forbidden.

import { defineConfig } from 'oxlint'

const pure = ['match', 'harden', 'detect', 'paths', 'cover', 'import', 'report']
const edges = ['discover', 'inspect', 'watch', 'act', 'store']
export const rooms = ['model', 'lib', 'io', ...pure, ...edges, 'run', 'serve', 'cli']

/** What each room may import, beside itself. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: [],
  lib: [],
  io: ['lib'],
  ...Object.fromEntries(pure.map((room) => [room, ['model', 'lib']])),
  ...Object.fromEntries(edges.map((room) => [room, ['model', 'lib', 'io']])),
  run: ['model', 'lib', 'io', ...pure, ...edges],
  serve: ['model', 'lib', 'io', 'report', 'store', 'run'],
  cli: ['model', 'lib', 'io', 'report', 'store', 'run', 'serve'],
}

function roomOverride(room: string) {
  const allowed = mayImport[room] ?? []
  const forbidden = [...rooms.filter((other) => other !== room && !allowed.includes(other)), 'testing']
  const patterns: object[] = [
    {
      regex: `^(\\.\\./)+(${forbidden.join('|')})/`,
      message: `${room} imports ${allowed.length > 0 ? `only ${allowed.join(', ')} and itself` : 'nothing of ours'}`,
    },
    { regex: '^(\\.\\./)+web/', message: 'nothing in src imports the console' },
  ]
  const isPure = pure.includes(room) || room === 'model' || room === 'lib'
  if (isPure) patterns.push({ group: ['node:*'], message: `${room} is pure: no files, no network, no clock` })
  const globals = ['error', 'Date', 'performance', 'process', 'fetch', 'setTimeout', 'setInterval']
  return {
    files: [`src/${room}/**`],
    rules: {
      'no-restricted-imports': ['error', { patterns }],
      ...(isPure ? { 'no-restricted-globals': globals } : {}),
    },
  }
}

const consoleOverride = {
  files: ['web/**'],
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: [{ regex: '^(\\.\\./)+src/', allowTypeImports: true, message: 'the console imports only types' }] },
    ],
  },
}

const testsOverride = {
  files: ['{src,web,bench,scripts}/**/*.{test,suite}.ts', 'src/**/{,*.}testing.ts', 'src/testing/**', 'web/testing/**'],
  // Samples of secrets and malware are put together from pieces, so that no scanner takes the tests for the real thing.
  rules: { 'no-restricted-imports': 'off', 'no-restricted-globals': 'off', 'no-useless-concat': 'off' },
}

const defaultExports = {
  files: ['oxlint.config.ts', 'web/vite.config.ts', 'scripts/reporter.js'],
  rules: { 'import/no-default-export': 'off' },
}

export default defineConfig({
  ignorePatterns: ['node_modules', 'dist', 'web/dist'],
  plugins: ['typescript', 'import', 'unicorn'],
  categories: { correctness: 'error', suspicious: 'error', perf: 'error' },
  rules: {
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'import/no-default-export': 'error',
    'import/no-named-as-default-member': 'off',
    'import/no-unassigned-import': 'off',
    'no-await-in-loop': 'off',
    'no-shadow': 'off',
    'no-unmodified-loop-condition': 'off',
    'no-underscore-dangle': 'off',
    'typescript/no-explicit-any': 'error',
    'unicorn/consistent-function-scoping': 'off',
    'unicorn/require-post-message-target-origin': 'off',
  },
  overrides: [...rooms.map(roomOverride), consoleOverride, testsOverride, defaultExports] as never,
})
