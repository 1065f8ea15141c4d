/** The mark on the hull: the logo, and where something is measured against a line. Nowhere else. */
export function LoadLine({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
      <circle cx="12" cy="12" r="7" strokeWidth="2.2" />
      <path d="M1 12h22" strokeWidth="2.6" />
    </svg>
  )
}
