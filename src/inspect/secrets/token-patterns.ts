// Secrets that say by themselves what they are. Each begins with its keyword, so that a pattern is tried in one place and
// every quantifier has an end: time is linear whatever stands there.

import type { Severity } from '../../model/severity.ts'
import { hasBase62Checksum, hasGrafanaChecksum, isSignedJwt } from './checksums.ts'

export interface TokenPattern {
  id: string
  title: string
  severity: Severity
  /** Texts that begin it. */
  keywords: readonly string[]
  /** Sticky, from the keyword on; its group `secret` is the secret, else all of it. */
  pattern: RegExp
  /** Characters from the keyword on that the pattern may need; 300 where nothing else is said. */
  reach?: number
  /** Bits for each character of the secret below which it is made up. */
  entropy: number
  /** A checksum or structure of the format. */
  verify?: (secret: string) => boolean
  /** Also in files of packages, where many have the same: it is public there, but sure to be one. */
  inPackages: boolean
}

const sure = { inPackages: true, severity: 'critical' } as const
const likely = { inPackages: true, severity: 'high', entropy: 3.5 } as const

export const tokenPatterns: readonly TokenPattern[] = [
  {
    id: 'github-token',
    title: 'A GitHub token',
    keywords: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    pattern: /gh[pousr]_[A-Za-z0-9]{36}(?![A-Za-z0-9_])/y,
    verify: hasBase62Checksum,
    entropy: 3,
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
    id: 'npm-token',
    title: 'An npm token',
    keywords: ['npm_'],
    pattern: /npm_[A-Za-z0-9]{36}(?![A-Za-z0-9_])/y,
    verify: hasBase62Checksum,
    entropy: 3,
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
    id: 'gitlab-token',
    title: 'A GitLab token',
    keywords: ['glpat-', 'gldt-', 'glrt-', 'glptt-', 'glagent-'],
    pattern: /gl(?:pat|dt|rt|ptt|agent)-[\w-]{20,64}(?:\.[0-9a-z]{2}\.[0-9a-z]{9})?(?![\w-])/y,
    ...likely,
  },
  {
    id: 'grafana-token',
    title: 'A token of a Grafana service account',
    keywords: ['glsa_'],
    pattern: /glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}(?![A-Za-z0-9_])/y,
    verify: hasGrafanaChecksum,
    entropy: 3,
    ...sure,
    severity: 'high',
  },
  {
    id: 'slack-token',
    title: 'A Slack token',
    keywords: ['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xapp-'],
    pattern: /xox[bpars]-\d{9,14}-[\w-]{20,120}|xapp-\d-[A-Z0-9]{9,12}-\d{9,14}-[0-9a-f]{64}/y,
    ...likely,
  },
  {
    id: 'slack-webhook',
    title: 'An address that posts to Slack without a sign-in',
    keywords: ['hooks.slack.com/'],
    pattern:
      /hooks\.slack\.com\/(?:services\/T[A-Z0-9]{8,12}\/B[A-Z0-9]{8,12}\/(?<secret>[A-Za-z0-9]{24})|workflows\/T[A-Z0-9]{8,12}\/A[A-Z0-9]{8,12}\/\d{10,20}\/(?:[A-Za-z0-9]{24}))(?![A-Za-z0-9])/y,
    ...likely,
    severity: 'medium',
  },
  {
    id: 'stripe-key',
    title: 'A live key of Stripe',
    keywords: ['sk_live_', 'rk_live_'],
    pattern: /[sr]k_live_[A-Za-z0-9]{24,247}(?![A-Za-z0-9_])/y,
    ...likely,
    severity: 'critical',
  },
  {
    id: 'google-api-key',
    title: 'A Google API key',
    keywords: ['AIza'],
    pattern: /AIza[\w-]{35}(?![\w-])/y,
    entropy: 3.5,
    severity: 'medium',
    inPackages: false, // those for browsers are public, and stand in many packages
  },
  {
    id: 'google-oauth-secret',
    title: 'A client secret of Google OAuth',
    keywords: ['GOCSPX-'],
    pattern: /GOCSPX-[\w-]{28}(?![\w-])/y,
    entropy: 3.5,
    severity: 'high',
    inPackages: false, // desktop programs ship theirs, which is no secret
  },
  {
    id: 'azure-storage-key',
    title: 'A key of an Azure storage account',
    keywords: ['AccountKey=', 'SharedAccessKey='],
    pattern: /(?:AccountKey|SharedAccessKey)=(?<secret>[A-Za-z0-9+/]{86}==|[A-Za-z0-9+/]{43}=)/y,
    // The emulator has the same key everywhere, and prints it in its documents.
    verify: (secret) => !secret.startsWith('Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1'),
    ...likely,
    severity: 'critical',
  },
  {
    id: 'sendgrid-key',
    title: 'A SendGrid API key',
    keywords: ['SG.'],
    pattern: /SG\.[\w-]{22}\.[\w-]{43}(?![\w-])/y,
    ...likely,
    entropy: 4,
  },
  {
    id: 'hugging-face-token',
    title: 'A Hugging Face token',
    keywords: ['hf_'],
    pattern: /hf_[A-Za-z]{34}(?![A-Za-z0-9_])/y,
    ...likely,
    entropy: 4,
  },
  {
    id: 'openai-key',
    title: 'An OpenAI API key',
    // The eight characters are base64 of the company's name
    keywords: ['sk-'],
    pattern: /sk-(?:(?:proj|svcacct|admin)-[\w-]{20,100}|[A-Za-z0-9]{20})T3BlbkFJ[\w-]{20,100}/y,
    ...likely,
    severity: 'critical',
  },
  {
    id: 'anthropic-key',
    title: 'An Anthropic API key',
    keywords: ['sk-ant-'],
    pattern: /sk-ant-(?:api|admin)\d\d-[\w-]{93}AA(?![\w-])/y,
    ...likely,
    severity: 'critical',
  },
  {
    id: 'digitalocean-token',
    title: 'A DigitalOcean token',
    keywords: ['dop_v1_', 'doo_v1_', 'dor_v1_'],
    pattern: /do[opr]_v1_[0-9a-f]{64}(?![0-9a-f])/y,
    ...likely,
    entropy: 3,
    severity: 'critical',
  },
  {
    id: 'shopify-token',
    title: 'A Shopify token',
    keywords: ['shpat_', 'shpca_', 'shppa_', 'shpss_'],
    pattern: /shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}(?![0-9a-fA-F])/y,
    ...likely,
    entropy: 3,
  },
  {
    id: 'vault-token',
    title: 'A HashiCorp Vault token',
    keywords: ['hvs.', 'hvb.'],
    pattern: /hv[sb]\.[\w-]{90,300}/y,
    reach: 320,
    ...likely,
    severity: 'critical',
  },
  {
    id: 'docker-hub-token',
    title: 'A Docker Hub token',
    keywords: ['dckr_pat_', 'dckr_oat_'],
    pattern: /dckr_[po]at_[\w-]{27,32}(?![\w-])/y,
    ...likely,
  },
  {
    id: 'databricks-token',
    title: 'A Databricks token',
    keywords: ['dapi'],
    pattern: /dapi[0-9a-f]{32}(?:-\d)?(?![0-9a-f])/y,
    entropy: 3,
    severity: 'high',
    inPackages: false,
  },
  {
    id: 'age-key',
    title: 'A secret key of age',
    keywords: ['AGE-SECRET-KEY-1'],
    pattern: /AGE-SECRET-KEY-(?<secret>1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58})/y,
    ...likely,
  },
  {
    id: 'atlassian-token',
    title: 'An Atlassian API token',
    keywords: ['ATATT3x'],
    pattern: /ATATT3xFfGF0[\w=-]{150,200}(?![\w-])/y,
    ...likely,
  },
  {
    id: 'discord-webhook',
    title: 'An address that posts to Discord without a sign-in',
    keywords: ['discord.com/api/webhooks/', 'discordapp.com/api/webhooks/'],
    pattern: /discord(?:app)?\.com\/api\/webhooks\/\d{17,20}\/(?<secret>[\w-]{60,72})/y,
    ...likely,
    severity: 'medium',
  },
  {
    id: 'json-web-token',
    title: 'A signed token (JWT) that may still sign somebody in',
    keywords: ['eyJ'],
    pattern: /(?<![\w-])eyJ[\w-]{10,1000}\.eyJ[\w-]{10,4000}\.[\w-]{20,1000}/y,
    reach: 6100,
    verify: isSignedJwt,
    entropy: 4,
    severity: 'low',
    inPackages: false,
  },
]
