// Hosts of code, registries of packages and images, and what builds from them.

import { hasBase62Checksum, isGitHubToken, isGitLabToken, isJfrogReference } from './checksums.ts'
import { likely, likelyHex, onlyOwn, sure, type TokenPattern } from './token-pattern.ts'

export const codeHostTokens: readonly TokenPattern[] = [
  {
    id: 'github-token',
    title: 'A GitHub token',
    keywords: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    // Those that renew are longer, and those of apps may be a JWT after the app's number
    pattern:
      /(?:gh(?:[pousr]_[A-Za-z0-9]{36}|r_[A-Za-z0-9]{76})|ghs_\d{1,12}_eyJ[\w-]{10,1000}\.eyJ[\w-]{10,2000}\.[\w-]{20,1000})(?![A-Za-z0-9_])/y,
    reach: 4100,
    verify: isGitHubToken,
    ...sure,
  },
  {
    id: 'github-fine-grained-token',
    title: 'A fine-grained GitHub token',
    keywords: ['github_pat_'],
    pattern: /github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}(?![A-Za-z0-9_])/y,
    ...likely,
    severity: 'critical',
  },
  {
    id: 'gitlab-token',
    title: 'A GitLab token',
    // https://docs.gitlab.com/security/tokens/#token-prefixes
    keywords: ['pat', 'dt', 'rt', 'rtr', 'ptt', 'agent', 'oas', 'cbt', 'ft', 'imt', 'soat', 'ffct', 'wt'].map(
      (kind) => `gl${kind}-`,
    ),
    pattern:
      /gl(?:pat|dt|rtr?|ptt|agent|oas|cbt|ft|imt|soat|ffct|wt)-[\w-]{20,300}(?:\.[0-9a-z]{2}\.[0-9a-z]{9}|\.[0-9a-z]{9})?(?![\w-]|\.\w)/y,
    reach: 330,
    refuse: (token) => !isGitLabToken(token),
    ...likely,
  },
  {
    id: 'gitlab-runner-registration-token',
    title: 'A token that registers runners of GitLab',
    keywords: ['GR1348941'],
    pattern: /GR1348941[\w-]{20}(?![\w-])/y,
    ...likely,
  },
  {
    id: 'atlassian-token',
    title: 'An Atlassian API token, also of Bitbucket',
    keywords: ['ATATT3x', 'ATCTT3x'],
    pattern: /AT[AC]TT3xFfG[FN]0[\w=-]{150,200}(?![\w-])/y,
    ...likely,
  },
  {
    id: 'bitbucket-app-password',
    title: 'An app password of Bitbucket',
    keywords: ['ATBB'],
    pattern: /ATBB[A-Za-z0-9]{24}[0-9A-F]{8}(?![A-Za-z0-9_])/y,
    ...likely,
  },
  {
    id: 'sourcegraph-token',
    title: 'A Sourcegraph token',
    keywords: ['sgp_'],
    pattern: /sgp_(?:(?:local|[0-9a-f]{16})_)?(?<secret>[0-9a-f]{40})(?![0-9a-f])/y,
    ...likelyHex,
  },
  {
    id: 'npm-token',
    title: 'An npm token',
    keywords: ['npm_'],
    pattern: /npm_[A-Za-z0-9]{36}(?![A-Za-z0-9_])/y,
    verify: hasBase62Checksum,
    ...sure,
  },
  {
    id: 'pypi-token',
    title: 'A token for the Python package index',
    // A macaroon: version 2, and the name of the index, in base64
    keywords: ['pypi-AgE'],
    pattern: /pypi-AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZw)[\w-]{50,1000}/y,
    reach: 1100,
    ...likely,
    severity: 'critical',
  },
  {
    id: 'rubygems-key',
    title: 'An API key of RubyGems',
    // https://guides.rubygems.org/api-key-scopes/
    keywords: ['rubygems_'],
    pattern: /rubygems_[0-9a-f]{48}(?![0-9a-f])/y,
    ...likelyHex,
    severity: 'critical',
  },
  {
    id: 'crates-io-token',
    title: 'A crates.io token',
    keywords: ['cio'],
    pattern: /cio[A-Za-z0-9]{32}(?![A-Za-z0-9_])/y,
    ...onlyOwn,
    entropy: 4,
  },
  {
    id: 'nuget-key',
    title: 'An API key of NuGet',
    keywords: ['oy2'],
    pattern: /oy2[a-z2-7]{43}(?![A-Za-z0-9_])/y,
    ...onlyOwn,
  },
  {
    id: 'packagist-token',
    title: 'A token of Private Packagist',
    keywords: ['packagist_'],
    pattern: /packagist_(?:[ou]ut|ort|cut|acs|ack)_[0-9a-f]{28,96}(?![0-9a-f])/y,
    ...likelyHex,
  },
  {
    id: 'clojars-token',
    title: 'A Clojars token',
    keywords: ['CLOJARS_'],
    pattern: /CLOJARS_[0-9a-z]{60}(?![0-9A-Za-z])/y,
    ...likely,
  },
  {
    id: 'deno-token',
    title: 'A Deno Deploy token',
    keywords: ['ddp_', 'ddo_'],
    pattern: /dd[op]_[A-Za-z0-9]{36}(?![A-Za-z0-9_])/y,
    ...likely,
  },
  {
    id: 'docker-hub-token',
    title: 'A Docker Hub token',
    keywords: ['dckr_pat_', 'dckr_oat_'],
    pattern: /dckr_[po]at_[\w-]{27,32}(?![\w-])/y,
    ...likely,
  },
  {
    id: 'artifactory-key',
    title: 'An API key of Artifactory',
    keywords: ['AKCp'],
    pattern: /AKCp[A-Za-z0-9]{69}(?![A-Za-z0-9])/y,
    ...likely,
  },
  {
    id: 'artifactory-reference-token',
    title: 'A reference token of the JFrog platform',
    // `reftkn:` in base64: https://jfrog.com/help/r/jfrog-platform-administration-documentation/reference-token
    keywords: ['cmVmdGtu'],
    pattern: /cmVmdGtu[A-Za-z0-9]{56}(?![A-Za-z0-9])/y,
    verify: isJfrogReference,
    ...likely,
  },
  {
    id: 'circleci-token',
    title: 'A CircleCI token',
    keywords: ['CCIPAT_', 'CCIPRJ_'],
    pattern: /CCIP(?:AT|RJ)_[A-Za-z0-9]{22}_(?<secret>[0-9a-f]{40})(?![0-9a-f])/y,
    ...likelyHex,
  },
  {
    id: 'buildkite-token',
    title: 'A Buildkite token',
    keywords: ['bkua_'],
    pattern: /bkua_[0-9a-f]{40}(?![0-9a-f])/y,
    ...likelyHex,
  },
  {
    id: 'sonarqube-token',
    title: 'A SonarQube token',
    // https://docs.sonarsource.com/sonarqube-server/user-guide/managing-tokens
    keywords: ['squ_', 'sqp_', 'sqa_'],
    pattern: /sq[upa]_[0-9a-f]{40}(?![0-9a-f])/y,
    ...likelyHex,
  },
  {
    id: 'pulumi-token',
    title: 'A Pulumi token',
    keywords: ['pul-'],
    pattern: /pul-[0-9a-f]{40}(?![0-9a-f])/y,
    ...likelyHex,
  },
  {
    id: 'postman-key',
    title: 'An API key of Postman',
    keywords: ['PMAK-', 'PMAT-'],
    pattern: /PM(?:AK-[0-9a-f]{24}-[0-9a-f]{34}|AT-[0-9A-Z]{26})(?![0-9A-Za-z])/y,
    ...likelyHex,
  },
  {
    id: 'contentful-token',
    title: 'A token of Contentful for managing',
    keywords: ['CFPAT-'],
    pattern: /CFPAT-[\w-]{43}(?![\w-])/y,
    ...likely,
  },
]
