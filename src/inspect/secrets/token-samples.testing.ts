// For each kind of token texts of its form, made up when a test runs, so that no secret, real or not, stands in the repository.

import { randomBytes } from 'node:crypto'
import { entropy } from '../../lib/entropy.ts'
import { isPlaceholder } from './allowed.ts'
import { base62Checksum, gitLabChecksum, grafanaChecksum } from './checksums.ts'

export const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
export const upper = `${alphabet.slice(0, 26)}0123456789`
const hex = '0123456789abcdef'
const letters = alphabet.slice(0, 52)
const lower = alphabet.slice(26)
const digits = '123456789'
const bech32 = 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'

/** At random, but never what is taken for made up: short texts are that now and then. */
export function made(length: number, from = alphabet): string {
  const least = 0.8 * Math.log2(Math.min(length, from.length))
  for (;;) {
    const text = Array.from(randomBytes(length), (byte) => from[byte % from.length]!).join('')
    if (entropy(text) >= least && !isPlaceholder(text)) return text
  }
}

/** What is packed may read like a word that holds a place as well. */
function retried(make: () => string): string {
  for (;;) {
    const text = make()
    if (!isPlaceholder(text)) return text
  }
}

/** 40 characters of base64, with all that a secret of AWS has. */
export function awsSecret(): string {
  return `${made(18)}+/${made(17)}aB7`
}

export function checked(prefix: string, length = 30): string {
  const text = made(length)
  return prefix + text + base62Checksum(text)
}

export function jwt(claims: object, header: object = { alg: 'HS256', typ: 'JWT' }): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part(header)}.${part(claims)}.${made(43)}`
}

/** Of a JSON document, in base64. */
function packed(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64')
}

const uuid = (): string => [8, 4, 4, 4, 12].map((length) => made(length, hex)).join('-')
const after = (prefixes: string, make: () => string): string[] => prefixes.split(' ').map((prefix) => prefix + make())

function withGitLabChecksum(prefix: string): string {
  const text = `${prefix}${made(27)}.01.0z`
  return text + gitLabChecksum(text)
}

const version = 'sv=2024-11-04'
const key = (bytes: number): string => retried(() => randomBytes(bytes).toString('base64'))
const signature = (): string => encodeURIComponent(key(32))

export const samples: Record<string, () => string[]> = {
  'github-token': () => [
    ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map((prefix) => checked(prefix)),
    checked('ghr_', 70),
    `ghs_${made(7, digits)}_${jwt({ sub: made(12), exp: 1 })}`,
  ],
  'github-fine-grained-token': () => [`github_pat_${made(22)}_${made(59)}`],
  'gitlab-token': () => [
    ...after(
      'glpat- gldt- glrt- glrtr- glptt- glagent- gloas- glcbt- glft- glimt- glsoat- glffct- glwt-',
      () => `${made(20)}`,
    ),
    withGitLabChecksum('glpat-'),
  ],
  'gitlab-runner-registration-token': () => [`GR13${'48941'}${made(20)}`],
  'atlassian-token': () => [`ATATT3xFfGF0${made(180)}`, `ATCTT3xFfGN0${made(180)}`],
  'bitbucket-app-password': () => [`ATBB${made(24)}${made(8, hex.toUpperCase())}`],
  'sourcegraph-token': () => [`sgp_${made(16, hex)}_${made(40, hex)}`, `sgp_${made(40, hex)}`],
  'npm-token': () => [checked('npm_')],
  'pypi-token': () => [`pypi-AgE${'IcHlwaS5vcmc'}${made(120)}`],
  'rubygems-key': () => [`rubygems_${made(48, hex)}`],
  'crates-io-token': () => [`cio${made(32)}`],
  'nuget-key': () => [`oy2${made(43, 'abcdefghijklmnopqrstuvwxyz234567')}`],
  'packagist-token': () => after('packagist_ort_ packagist_uut_ packagist_out_', () => made(68, hex)),
  'clojars-token': () => [`CLOJARS_${made(60, lower)}`],
  'deno-token': () => after('ddp_ ddo_', () => made(36)),
  'docker-hub-token': () => [`dckr_pat_${made(27)}`, `dckr_oat_${made(32)}`],
  'artifactory-key': () => [`AKCp${made(69)}`],
  'artifactory-reference-token': () => [Buffer.from(`reftkn:01:${made(10, digits)}:${made(27)}`).toString('base64')],
  'circleci-token': () => after('CCIPAT_ CCIPRJ_', () => `${made(22)}_${made(40, hex)}`),
  'buildkite-token': () => [`bkua_${made(40, hex)}`],
  'sonarqube-token': () => after('squ_ sqp_ sqa_', () => made(40, hex)),
  'pulumi-token': () => [`pul-${made(40, hex)}`],
  'postman-key': () => [`PMAK-${made(24, hex)}-${made(34, hex)}`, `PMAT-${made(26, upper)}`],
  'contentful-token': () => [`CFPAT-${made(43)}`],

  'aws-session-token': () => [`IQoJb3JpZ2luX2Vj${made(400)}`],
  'aws-bedrock-key': () => [`ABSK${'QmVkcm9ja0FQSUtleS'}${made(110)}`],
  'google-api-key': () => [`AIza${made(35)}`],
  'google-bound-api-key': () => [`AQ.Ab8R${made(46)}`],
  'google-oauth-secret': () => [`GOCSPX-${made(28)}`],
  'google-refresh-token': () => [`1//0g${made(98)}`],
  'google-access-token': () => [`ya29.${made(180)}`],
  'azure-storage-key': () => [`AccountKey=${key(64)}`],
  'azure-key-of-64-bytes': () => ['+ASt', 'ACDb', 'APIM'].map((mark) => `${made(76)}${mark}${made(5)}Q==`),
  'azure-key-of-32-bytes': () => ['AIoT', '+ASb', '+AEh', 'AzCa'].map((mark) => `${made(33)}${mark}C${made(5)}=`),
  'azure-key-of-39-bytes': () => ['+ACR', 'AzSe'].map((mark) => `${made(42)}${mark}A${made(5)}`),
  'azure-functions-key': () => [`${made(44)}AzFu${made(5)}Q==`],
  'azure-service-key': () => [`${made(52)}JQQJ99${made(26)}`],
  'azure-devops-token': () => [`${made(52)}JQQJ99${made(18)}AZDO${made(4)}`],
  'azure-client-secret': () => [`${made(3)}8Q~${made(34)}`],
  'azure-shared-access-signature': () => [
    `https://acme.blob.internal/a/b?${version}&ss=b&srt=sco&sp=rl&se=2027-01-01T00%3A00%3A00Z&sig=${signature()}`,
  ],
  'azure-app-configuration-key': () => [
    `Endpoint=https://acme.azconfig.io;Id=${made(4)}-l0-s0:${made(20)};Secret=${key(32)}`,
  ],
  'azure-workflow-address': () => [
    `https://prod-1.logic.azure.com/workflows/${made(32, hex)}/run?sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${made(43)}`,
  ],
  'digitalocean-token': () => after('dop_v1_ doo_v1_ dor_v1_', () => made(64, hex)),
  'heroku-key': () => [`HRKU-${made(60)}`],
  'cloudflare-token': () => after('cfut_ cfat_ cfk_', () => made(40) + made(8, hex)),
  'cloudflare-origin-ca-key': () => [`v1.0-${made(24, hex)}-${made(146, hex)}`],
  'cloudflare-tunnel-token': () => [packed({ a: made(32, hex), t: uuid(), s: randomBytes(32).toString('base64') })],
  'databricks-token': () => after('dapi dose', () => made(32, hex)),
  'planetscale-token': () => after('pscale_pw_ pscale_tkn_', () => made(43)),
  'supabase-key': () => [`sbp_${made(40, hex)}`, `sb_secret_${made(31)}`],
  'fly-io-token': () => [`fo1_${made(43)}`, `fm2_lJPE${made(400)}`],
  'netlify-token': () => [`nfp_${made(36)}`],
  'confluent-secret': () => [`cflt${made(60)}`],
  'mongodb-atlas-secret': () => [`mdb_sa_sk_${made(40)}`],
  'elastic-cloud-key': () => [`essu_${made(92)}`],

  'kubernetes-service-account-token': () => [
    jwt(
      { iss: 'kubernetes/serviceaccount', sub: `system:serviceaccount:a:${made(6)}` },
      { alg: 'RS256', kid: made(43) },
    ),
  ],
  'json-web-token': () => [
    jwt({ sub: made(12), exp: 1 }),
    jwt({ sub: made(12), exp: 1 }, { alg: 'RS256', kid: made(9) }),
  ],
  'docker-swarm-token': () => [`SWMTKN-1-${made(50, lower)}-${made(25, lower)}`],
  'vault-token': () => [`hvs.${made(95)}`, `hvb.${made(140)}`, `hvs.${made(24)}`],
  'terraform-token': () => [`${made(14)}.atlasv1.${made(67)}`],
  'onepassword-token': () => [retried(() => `ops_${packed({ signInAddress: made(20), key: made(200) })}`)],
  'onepassword-secret-key': () => [
    `A3-${[6, 6, 5, 5, 5, 5].map((length) => made(length, upper)).join('-')}`,
    `1PRK-${Array.from({ length: 13 }, () => made(4, upper)).join('-')}`,
  ],
  'doppler-token': () => [`dp.pt.${made(43)}`, `dp.st.dev_main.${made(43)}`],
  'tailscale-key': () => after('tskey-auth- tskey-api- tskey-client-', () => `k${made(11)}CNTRL-${made(32)}`),
  'wireguard-key': () => [`PrivateKey = ${made(42)}A=`],
  'age-key': () => [`AGE-SECRET-KEY-1${made(58, bech32)}`, `AGE-SECRET-KEY-PQ-1${made(58, bech32)}`],
  'grafana-token': () => {
    const text = `glsa_${made(32)}`
    return [`${text}_${grafanaChecksum(text)}`]
  },
  'grafana-cloud-token': () => [
    retried(() => `glc_${packed({ o: made(6, digits), n: made(12), k: made(24), m: { r: 'eu' } })}`),
  ],
  'grafana-api-key': () => [packed({ k: made(32), n: made(6), id: 1 })],
  'new-relic-key': () => [`NRAK-${made(27, upper)}`, `NRII-${made(32)}`],
  'new-relic-licence-key': () => [`${made(36, hex)}NRAL`, `eu01xx${made(30, hex)}NRAL`],
  'sentry-token': () => [
    `sntryu_${made(64, hex)}`,
    `sntrys_${packed({ iat: 1_700_000_000.5, url: 'https://sentry.internal', org: made(5) }).replaceAll('=', '')}_${made(43)}`,
  ],
  'dynatrace-token': () => [`dt0c01.${made(24, upper)}.${made(64, upper)}`],
  'honeycomb-key': () => [`hcaik_${made(58, lower)}`],
  'posthog-key': () => [`phx_${made(43)}`],
  'axiom-token': () => after('xaat- xapt-', uuid),
  'prefect-key': () => after('pnu_ pnb_', () => made(36)),

  'slack-token': () => [
    `xoxb-${made(12, digits)}-${made(12, digits)}-${made(24)}`,
    `xoxp-${made(12, digits)}-${made(12, digits)}-${made(12, digits)}-${made(32, hex)}`,
    `xoxe.xoxp-1-${made(166)}`,
    `xoxe-1-${made(147)}`,
    `xoxd-${made(120)}`,
    `xapp-1-A${made(10, upper)}-${made(13, digits)}-${made(64, hex)}`,
  ],
  'slack-webhook': () => [
    `https://hooks.slack.com/services/T${made(10, upper)}/B${made(10, upper)}/${made(24)}`,
    `https://hooks.slack.com/triggers/T${made(10, upper)}/${made(13, digits)}/${made(32, hex)}`,
  ],
  'discord-webhook': () => [`https://discord.com/api/webhooks/${made(18, digits)}/${made(68)}`],
  'teams-webhook': () => [
    `https://acme.webhook.office.com/webhookb2/${uuid()}@${uuid()}/IncomingWebhook/${made(32, hex)}/${uuid()}`,
  ],
  'telegram-bot-token': () => [
    `${made(10, digits)}:AAH${made(32)}`,
    `https://api.telegram.org/bot${made(9, digits)}:AAE${made(32)}`,
  ],
  'sendgrid-key': () => [`SG.${made(22)}.${made(43)}`],
  'mailgun-key': () => [
    `MAILGUN_API_KEY=key-${made(32, hex)}`,
    `mailgun: ${made(32, hex)}-${made(8, hex)}-${made(8, hex)}`,
  ],
  'mailchimp-key': () => [`${made(32, hex)}-us21`],
  'brevo-key': () => after('xkeysib- xsmtpsib-', () => `${made(64, hex)}-${made(16)}`),
  'stripe-key': () => after('sk_live_ rk_live_ sk_org_live_', () => made(40)),
  'stripe-test-key': () => after('sk_test_ rk_test_ sk_org_test_', () => made(40)),
  'webhook-signing-secret': () => [`whsec_${made(32)}`],
  'square-token': () => [`EAAA${made(60)}`, `sq0atp-${made(22)}`, `sq0csp-${made(43)}`],
  'braintree-token': () => [`access_token$production$${made(16, lower)}$${made(32, hex)}`],
  'shopify-token': () => after('shpat_ shpca_ shppa_ shpss_ shptka_', () => made(32, hex)),
  'flutterwave-key': () => [`FLWSECK-${made(32, hex)}-X`],
  'shippo-token': () => [`shippo_live_${made(40, hex)}`],
  'easypost-key': () => after('EZAK EZTK', () => made(54)),
  'duffel-token': () => [`duffel_live_${made(43)}`],
  'adobe-client-secret': () => [`p8e-${made(32)}`],
  'frame-io-token': () => [`fio-u-${made(64)}`],
  'linear-key': () => [`lin_api_${made(40)}`],
  'notion-token': () => [`ntn_${made(11, digits)}${made(35)}`],
  'hubspot-token': () => after('pat-na1- pat-eu1-', uuid),
  'figma-token': () => [`figd_${made(40)}`],
  'typeform-token': () => [`tfp_${made(59)}`],
  'mapbox-secret-token': () => [
    retried(() => `sk.${packed({ u: made(8), a: made(25) }).replaceAll('=', '')}.${made(22)}`),
  ],

  'openai-key': () => {
    const mark = `T3Blbk${'FJ'}`
    return [
      `sk-${made(20)}${mark}${made(20)}`,
      `sk-None-${made(20)}${mark}${made(20)}`,
      ...after('sk-proj- sk-svcacct- sk-admin-', () => `${made(60)}${mark}${made(60)}`),
      `sk-service-${made(8, lower)}-${made(20)}${mark}${made(20)}`,
    ]
  },
  'anthropic-key': () => after('sk-ant-api03- sk-ant-admin01- sk-ant-oat01-', () => `${made(93)}AA`),
  'hugging-face-token': () => [`hf_${made(34, letters)}`, `api_org_${made(34, letters)}`],
  'groq-key': () => [`gsk_${made(52)}`],
  'xai-key': () => after('xai- xai-token-', () => made(80)),
  'perplexity-key': () => [`pplx-${made(48)}`],
  'replicate-token': () => [`r8_${made(37)}`],
  'openrouter-key': () => [`sk-or-v1-${made(64, hex)}`],
  'nvidia-key': () => [`nvapi-${made(64)}`],
  'langsmith-key': () => after('lsv2_pt_ lsv2_sk_', () => `${made(32, hex)}_${made(10, hex)}`),
  'langfuse-key': () => [`sk-lf-${uuid()}`],
  'pinecone-key': () => [`pcsk_${made(6)}_${made(63)}`],
  'cursor-key': () => [`key_${made(64, hex)}`],
  'jina-key': () => [`jina_${made(32, hex)}${made(28)}`],
  'llama-cloud-key': () => [`llx-${made(48)}`],
  'tavily-key': () => [`tvly-dev-${made(32)}`, `tvly-${made(32)}`],
  'pyx-key': () => [`sk-pyx-2${made(45, letters)}`, `sk-pyx-${made(64)}`],
}
