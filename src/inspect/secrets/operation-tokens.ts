// What runs, watches and keeps: orchestrators, vaults, networks, monitoring.

import { hasGrafanaChecksum, isKubernetesToken, isOldGrafanaKey, isSignedJwt } from './checksums.ts'
import { likely, likelyHex, onlyOwn, sure, type TokenPattern } from './token-pattern.ts'

/** Base64 of `{"alg":"RS256","kid":"`, as the API server of Kubernetes writes it. */
const kubernetesHead = 'eyJhbGciOiJSUzI1NiIsImtpZCI6I'

export const operationTokens: readonly TokenPattern[] = [
  {
    id: 'kubernetes-service-account-token',
    title: 'A token of a service account of Kubernetes',
    keywords: [kubernetesHead],
    pattern: /(?<![\w-])eyJ[\w-]{10,1000}\.eyJ[\w-]{10,4000}\.[\w-]{20,1000}/y,
    reach: 6100,
    verify: isKubernetesToken,
    ...likely,
  },
  {
    id: 'json-web-token',
    title: 'A signed token (JWT) that may still sign somebody in',
    keywords: ['eyJ'],
    pattern: /(?<![\w-])eyJ[\w-]{10,1000}\.eyJ[\w-]{10,4000}\.[\w-]{20,1000}/y,
    reach: 6100,
    verify: (token) => isSignedJwt(token) && !(token.startsWith(kubernetesHead) && isKubernetesToken(token)),
    ...onlyOwn,
    entropy: 4,
    severity: 'low',
  },
  {
    id: 'docker-swarm-token',
    title: 'A token that joins a Docker swarm',
    keywords: ['SWMTKN-1-'],
    pattern: /SWMTKN-1-[0-9a-z]{50}-(?<secret>[0-9a-z]{25})(?![0-9a-z])/y,
    ...likely,
  },
  {
    id: 'vault-token',
    title: 'A HashiCorp Vault token',
    keywords: ['hvs.', 'hvb.', 'hvr.'],
    // That of the root is short: https://developer.hashicorp.com/vault/docs/concepts/tokens
    pattern: /hv(?:s\.[A-Za-z0-9]{24}|[sbr]\.[\w-]{90,300})(?![\w-])/y,
    reach: 320,
    ...likely,
    severity: 'critical',
  },
  {
    id: 'terraform-token',
    title: 'A token of HCP Terraform',
    keywords: ['.atlasv1.'],
    lead: 14,
    pattern: /[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,70}(?![\w-])/y,
    ...likely,
    severity: 'critical',
  },
  {
    id: 'onepassword-token',
    title: 'A token of a service account of 1Password',
    keywords: ['ops_eyJ'],
    pattern: /ops_eyJ[\w+/-]{250,1200}={0,3}/y,
    reach: 1300,
    ...likely,
    severity: 'critical',
  },
  {
    id: 'onepassword-secret-key',
    title: 'A secret key or a recovery code of 1Password',
    keywords: ['A3-', '1PRK-'],
    pattern:
      /(?:A3-[0-9A-Z]{6}-(?:[0-9A-Z]{11}|[0-9A-Z]{6}-[0-9A-Z]{5})(?:-[0-9A-Z]{5}){3}|1PRK(?:-[0-9A-Z]{4}){13})(?![\w-])/y,
    ...onlyOwn,
  },
  {
    id: 'doppler-token',
    title: 'A Doppler token',
    keywords: ['dp.pt.', 'dp.st.', 'dp.ct.', 'dp.sa.', 'dp.scim.', 'dp.audit.', 'dp.said.'],
    pattern: /dp\.(?:[psc]t|said?|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?(?<secret>[A-Za-z0-9]{40,44})(?![A-Za-z0-9])/y,
    ...likely,
    severity: 'critical',
  },
  {
    id: 'tailscale-key',
    title: 'A Tailscale key',
    // https://tailscale.com/kb/1277/key-prefixes
    keywords: ['tskey-'],
    pattern: /tskey-(?:[a-z]{3,8}-)?[A-Za-z0-9]{8,24}-[A-Za-z0-9]{20,48}(?![A-Za-z0-9])/y,
    ...likely,
  },
  {
    id: 'wireguard-key',
    title: 'A private key of WireGuard',
    keywords: ['PrivateKey = ', 'PrivateKey='],
    pattern: /PrivateKey ?= ?(?<secret>[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)(?![A-Za-z0-9+/=])/y,
    ...onlyOwn,
    entropy: 4,
  },
  {
    id: 'age-key',
    title: 'A secret key of age',
    keywords: ['AGE-SECRET-KEY-'],
    pattern: /AGE-SECRET-KEY-(?:PQ-)?(?<secret>1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58})(?![0-9A-Z])/y,
    ...likely,
  },
  {
    id: 'grafana-token',
    title: 'A token of a Grafana service account',
    keywords: ['glsa_'],
    pattern: /glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}(?![A-Za-z0-9_])/y,
    verify: hasGrafanaChecksum,
    ...sure,
    severity: 'high',
  },
  {
    id: 'grafana-cloud-token',
    title: 'A token of Grafana Cloud',
    keywords: ['glc_eyJ'],
    pattern: /glc_eyJ[A-Za-z0-9+/]{60,400}={0,2}/y,
    reach: 420,
    ...likely,
  },
  {
    id: 'grafana-api-key',
    title: 'An API key of Grafana',
    // Base64 of `{"k":"`
    keywords: ['eyJrIjoi'],
    pattern: /eyJrIjoi[A-Za-z0-9+/]{60,400}={0,2}/y,
    reach: 420,
    verify: isOldGrafanaKey,
    ...likely,
  },
  {
    id: 'new-relic-key',
    title: 'A key of New Relic',
    // https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/
    keywords: ['NRAK-', 'NRII-', 'NRIQ-', 'NRRA-', 'NRSP-'],
    pattern: /NR(?:AK-[0-9A-Z]{27}|(?:II|IQ)-[\w-]{32}|(?:RA|SP)-?[\w-]{32,42})(?![\w-])/y,
    ...likely,
  },
  {
    id: 'new-relic-licence-key',
    title: 'A licence key of New Relic, which sends data',
    keywords: ['NRAL'],
    lead: 36,
    pattern: /(?:[0-9a-f]{36}|[a-z]{2}\d\dxx[0-9a-f]{30})NRAL(?![A-Za-z0-9_])/y,
    ...likelyHex,
  },
  {
    id: 'sentry-token',
    title: 'A Sentry token',
    // https://docs.sentry.io/account/auth-tokens/
    keywords: ['sntrys_eyJ', 'sntryu_'],
    pattern: /sntry(?:u_[0-9a-f]{64}(?![0-9a-f])|s_eyJ[A-Za-z0-9+/]{60,400}={0,2}_[A-Za-z0-9+/]{43})/y,
    reach: 480,
    ...likelyHex,
  },
  {
    id: 'dynatrace-token',
    title: 'A Dynatrace token',
    // https://docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients/access-tokens
    keywords: ['dt0c01.', 'dt0s01.', 'dt0s02.', 'dt0s06.', 'dt0s08.', 'dt0s16.'],
    pattern: /dt0[cs]\d\d\.[0-9A-Z]{8,24}\.(?<secret>[0-9A-Z]{64})(?![0-9A-Z])/y,
    ...likely,
  },
  {
    id: 'honeycomb-key',
    title: 'A Honeycomb key',
    keywords: ['hcaik_', 'hcbik_', 'hccik_', 'hcamk_'],
    pattern: /hc[abc][im]k_[0-9a-z]{58}(?![0-9A-Za-z])/y,
    ...likely,
  },
  {
    id: 'posthog-key',
    title: 'A personal API key of PostHog',
    keywords: ['phx_'],
    pattern: /phx_[A-Za-z0-9_]{43,48}(?![A-Za-z0-9_])/y,
    ...likely,
  },
  {
    id: 'axiom-token',
    title: 'An Axiom token',
    keywords: ['xaat-', 'xapt-'],
    pattern: /xa[ap]t-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])/y,
    ...likelyHex,
  },
  {
    id: 'prefect-key',
    title: 'An API key of Prefect',
    keywords: ['pnu_', 'pnb_'],
    pattern: /pn[ub]_[A-Za-z0-9]{36}(?![A-Za-z0-9_])/y,
    ...likely,
  },
]
