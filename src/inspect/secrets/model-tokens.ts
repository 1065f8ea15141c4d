// Those who let others use their language models.

import { likely, likelyHex, onlyOwn, type TokenPattern } from './token-pattern.ts'

export const modelTokens: readonly TokenPattern[] = [
  {
    id: 'openai-key',
    title: 'An OpenAI API key',
    // The eight characters are base64 of the company's name
    keywords: ['sk-'],
    pattern:
      /sk-(?:None-)?(?<secret>(?:(?:proj|svcacct|admin)-[\w-]{20,100}|service-[\w-]{1,60}-[A-Za-z0-9]{20}|[A-Za-z0-9]{20,42})T3BlbkFJ[\w-]{20,100})/y,
    ...likely,
    severity: 'critical',
  },
  {
    id: 'anthropic-key',
    title: 'An Anthropic API key',
    keywords: ['sk-ant-'],
    // Also of those who sign in with an account
    pattern: /sk-ant-(?:api|admin|oat|ort)\d\d-[\w-]{93}AA(?![\w-])/y,
    ...likely,
    severity: 'critical',
  },
  {
    id: 'hugging-face-token',
    title: 'A Hugging Face token',
    keywords: ['hf_', 'api_org_'],
    pattern: /(?:hf_[A-Za-z0-9]{34,40}|api_org_[A-Za-z]{34})(?![A-Za-z0-9_])/y,
    ...likely,
    entropy: 4,
  },
  {
    id: 'groq-key',
    title: 'A Groq API key',
    keywords: ['gsk_'],
    pattern: /gsk_[A-Za-z0-9]{52}(?![A-Za-z0-9_])/y,
    ...likely,
  },
  {
    id: 'xai-key',
    title: 'An xAI key',
    keywords: ['xai-'],
    pattern: /xai-(?:token-)?[A-Za-z0-9]{80}(?![A-Za-z0-9])/y,
    ...likely,
  },
  {
    id: 'perplexity-key',
    title: 'A Perplexity API key',
    keywords: ['pplx-'],
    pattern: /pplx-[A-Za-z0-9]{48}(?![A-Za-z0-9])/y,
    ...likely,
  },
  {
    id: 'replicate-token',
    title: 'A Replicate token',
    keywords: ['r8_'],
    pattern: /r8_[A-Za-z0-9]{37}(?![A-Za-z0-9_])/y,
    ...onlyOwn,
    entropy: 4,
  },
  {
    id: 'openrouter-key',
    title: 'An OpenRouter key',
    keywords: ['sk-or-v'],
    pattern: /sk-or-v\d-[0-9a-f]{64}(?![0-9a-f])/y,
    ...likelyHex,
  },
  {
    id: 'nvidia-key',
    title: 'An NVIDIA API key',
    keywords: ['nvapi-'],
    pattern: /nvapi-[\w-]{60,70}(?![\w-])/y,
    ...likely,
  },
  {
    id: 'langsmith-key',
    title: 'A LangSmith key',
    keywords: ['lsv2_pt_', 'lsv2_sk_'],
    pattern: /lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}(?![0-9a-f])/y,
    ...likelyHex,
  },
  {
    id: 'langfuse-key',
    title: 'A secret key of Langfuse',
    keywords: ['sk-lf-'],
    pattern: /sk-lf-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])/y,
    ...likelyHex,
  },
  {
    id: 'pinecone-key',
    title: 'A Pinecone key',
    keywords: ['pcsk_'],
    pattern: /pcsk_[A-Za-z0-9]{5,6}_[A-Za-z0-9]{63}(?![A-Za-z0-9_])/y,
    ...likely,
  },
  {
    id: 'cursor-key',
    title: 'A Cursor key',
    keywords: ['key_'],
    pattern: /key_[0-9a-f]{64}(?![0-9a-z])/y,
    ...onlyOwn,
    entropy: 3,
  },
  {
    id: 'jina-key',
    title: 'A Jina key',
    keywords: ['jina_'],
    pattern: /jina_[0-9a-f]{32}[\w-]{28}(?![\w-])/y,
    ...likely,
  },
  {
    id: 'llama-cloud-key',
    title: 'A LlamaCloud key',
    keywords: ['llx-'],
    pattern: /llx-[A-Za-z0-9]{48}(?![A-Za-z0-9])/y,
    ...likely,
  },
  {
    id: 'tavily-key',
    title: 'A Tavily key',
    keywords: ['tvly-'],
    pattern: /tvly-(?:(?:dev|prod)-)?[A-Za-z0-9]{32}(?![A-Za-z0-9])/y,
    ...likely,
  },
  {
    id: 'pyx-key',
    title: 'A key of pyx, the registry of Python packages',
    keywords: ['sk-pyx-'],
    pattern: /sk-pyx-(?:2[A-Za-z]{45}|[A-Za-z0-9]{64})(?![A-Za-z0-9])/y,
    ...likely,
  },
]
