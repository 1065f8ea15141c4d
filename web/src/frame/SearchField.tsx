// Search from pages that have no search of their own. The name of a vulnerability or a package URL leads to what it affects,
// anything else to the inventory, and from there to the findings.

import { useMatches, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Glyph } from '../parts/Glyph.tsx'
import css from './SearchField.module.css'

export function SearchField() {
  const navigate = useNavigate()
  const own = useMatches().at(-1)?.staticData.searches
  const [typed, setTyped] = useState('')
  if (own) return null
  return (
    <search>
      <form
        className={css.field}
        onSubmit={(event) => {
          event.preventDefault()
          if (typed.trim() === '') return
          void navigate({ to: asksWhoIsAffected(typed) ? '/affected' : '/inventory', search: { search: typed.trim() } })
          setTyped('')
        }}
      >
        <Glyph name="search" />
        <input
          type="search"
          data-search
          aria-label="Search the inventory, or who a vulnerability or a package affects"
          placeholder="Search, CVE, pkg:…"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <kbd aria-hidden="true">/</kbd>
      </form>
    </search>
  )
}

/** The databases of vulnerabilities begin their names so. https://ossf.github.io/osv-schema/#id-modified-fields */
const vulnerabilityName =
  /^(?:CVE|GHSA|GO|PYSEC|RUSTSEC|OSV|MAL|BIT|CGA|HSEC|RSEC|EEF|PSF|DSA|DLA|DTSA|DEBIAN|USN|UBUNTU|ALPINE|RHSA|RHBA|RHEA|ALSA|ALBA|RLSA|RXSA|ELSA|ALAS2?|openSUSE|SUSE|LSN|MGASA|AZL)-[\w.:-]*\d[\w.:-]*$/i

function asksWhoIsAffected(typed: string): boolean {
  const text = typed.trim()
  return text.startsWith('pkg:') || vulnerabilityName.test(text)
}
